-- Projects whose sorted prices rise by nearly the same step each time.
WITH valid AS (
    SELECT
        row_id, unit, project_no, currency, amount,
        amount - lag(amount) OVER (PARTITION BY unit, project_no, currency ORDER BY amount, row_id) AS step
    FROM bids
    WHERE amount > 0
        AND NOT (
            coalesce(status, '') LIKE '%无效%'
            OR coalesce(status, '') LIKE '%撤回%'
            OR coalesce(status, '') LIKE '%否决%'
            OR lower(coalesce(status, '')) LIKE '%invalid%'
            OR lower(coalesce(status, '')) LIKE '%withdrawn%'
            OR lower(coalesce(status, '')) LIKE '%rejected%'
        )
),

stepped AS (
    SELECT
        unit, project_no, currency, count(*) AS bids_all, min(amount) AS lowest, max(amount) AS highest,
        CAST(avg(step) AS DECIMAL(19, 2)) AS step
    FROM valid
    GROUP BY unit, project_no, currency
    HAVING count(*) >= $least_bids AND min(step) > 0 AND max(step) - min(step) <= avg(step) * $unevenness
)

SELECT
    stepped.unit, stepped.project_no, stepped.project_no AS subject, stepped.currency, stepped.bids_all,
    stepped.lowest, stepped.highest, stepped.step, CAST(stepped.bids_all AS DECIMAL(19, 4)) AS value, valid.row_id
FROM stepped
INNER JOIN valid
    ON valid.unit = stepped.unit AND valid.project_no = stepped.project_no AND valid.currency = stepped.currency
ORDER BY stepped.unit, stepped.project_no, stepped.currency, valid.row_id
