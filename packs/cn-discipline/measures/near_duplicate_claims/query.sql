-- Claims of one claimant and supplier, each near the one before it in day and amount.
WITH claims AS (
    SELECT
        unit, claimant_code, supplier, claim_no, currency, min(claimed_date) AS claimed_date, sum(amount) AS amount,
        min(row_id) AS row_id
    FROM invoices
    WHERE amount > 0
    GROUP BY unit, claimant_code, supplier, claim_no, currency
    HAVING sum(amount) >= $least_amount
),

ordered AS (
    SELECT
        unit, claimant_code, supplier, claim_no, currency, claimed_date, amount, row_id,
        lag(claimed_date) OVER before AS earlier_date, lag(amount) OVER before AS earlier_amount
    FROM claims
    WINDOW before AS (PARTITION BY unit, claimant_code, supplier ORDER BY claimed_date, claim_no)
),

grouped AS (
    SELECT
        unit, claimant_code, supplier, claim_no, currency, claimed_date, amount, row_id,
        sum(CASE
            WHEN date_diff('day', earlier_date, claimed_date) <= $days
                AND abs(amount - earlier_amount) <= earlier_amount * $within THEN 0
            ELSE 1
        END) OVER (
            PARTITION BY unit, claimant_code, supplier ORDER BY claimed_date, claim_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS group_no
    FROM ordered
),

found AS (
    SELECT
        unit, claimant_code, supplier, group_no, row_id, currency,
        count(*) OVER whole AS claims, sum(amount) OVER whole AS total,
        min(claimed_date) OVER whole AS first_date, max(claimed_date) OVER whole AS last_date
    FROM grouped
    WINDOW whole AS (PARTITION BY unit, claimant_code, supplier, group_no)
)

SELECT
    unit, claimant_code, supplier, group_no, currency, claims, first_date, last_date,
    CAST(total AS DECIMAL(19, 4)) AS value, row_id
FROM found
WHERE claims >= 2
ORDER BY unit, claimant_code, supplier, group_no, row_id
