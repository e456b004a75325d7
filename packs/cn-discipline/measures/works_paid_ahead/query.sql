-- Works contracts for which more was paid than the work done accounts for.
WITH priced AS (
    SELECT unit, contract_no, currency, max(supplier) AS supplier, sum(amount) AS contracted, min(row_id) AS row_id
    FROM contracts
    GROUP BY unit, contract_no, currency
),

ahead AS (
    SELECT
        works_budget.row_id, works_budget.unit, works_budget.contract_no, works_budget.currency,
        works_budget.progress, works_budget.paid_total, priced.contracted, priced.supplier,
        priced.row_id AS contract_row,
        works_budget.paid_total - priced.contracted * works_budget.progress / 100 AS over_progress,
        row_number() OVER (
            PARTITION BY works_budget.unit, works_budget.contract_no, works_budget.currency
            ORDER BY works_budget.paid_total - priced.contracted * works_budget.progress / 100 DESC,
                works_budget.period_no
        ) AS place
    FROM works_budget
    INNER JOIN priced
        ON priced.unit = works_budget.unit AND priced.contract_no = works_budget.contract_no
        AND priced.currency = works_budget.currency
    WHERE works_budget.paid_total > priced.contracted * (works_budget.progress / 100 + $ahead)
),

evidence AS (
    SELECT unit, contract_no, currency, 1 AS place, row_id FROM ahead
    UNION ALL
    SELECT unit, contract_no, currency, 2 AS place, contract_row AS row_id FROM ahead WHERE place = 1
)

SELECT
    ahead.unit, ahead.contract_no, ahead.currency, ahead.supplier, ahead.contracted, ahead.paid_total AS paid,
    CAST(ahead.progress AS DECIMAL(19, 0)) AS progress, CAST(ahead.over_progress AS DECIMAL(19, 4)) AS value,
    evidence.row_id
FROM ahead
INNER JOIN evidence
    ON evidence.unit = ahead.unit AND evidence.contract_no = ahead.contract_no
    AND evidence.currency = ahead.currency
WHERE ahead.place = 1
ORDER BY ahead.unit, ahead.contract_no, evidence.place, evidence.row_id
