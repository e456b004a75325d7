-- Contracts whose supplements come to more than the share allowed of the original amount.
WITH original AS (
    SELECT
        unit, contract_no, currency, max(supplier) AS supplier, sum(amount) AS amount, max(growth) AS growth,
        min(row_id) AS row_id
    FROM contracts
    GROUP BY unit, contract_no, currency
),

added AS (
    SELECT unit, contract_no, currency, sum(amount) AS added, count(*) AS changes
    FROM amendments
    GROUP BY unit, contract_no, currency
),

grown AS (
    SELECT
        original.unit, original.contract_no, original.currency, original.supplier, original.amount, original.row_id,
        added.added, added.changes
    FROM original
    INNER JOIN added
        ON added.unit = original.unit AND added.contract_no = original.contract_no
        AND added.currency = original.currency
    WHERE added.added > original.amount * original.growth
),

evidence AS (
    SELECT unit, contract_no, 1 AS place, row_id FROM grown
    UNION ALL
    SELECT unit, contract_no, 2 AS place, row_id FROM amendments
)

SELECT
    grown.unit, grown.contract_no, grown.currency, coalesce(grown.supplier, '–') AS supplier, grown.amount,
    grown.changes, CAST(grown.added AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM grown
INNER JOIN evidence ON evidence.unit = grown.unit AND evidence.contract_no = grown.contract_no
ORDER BY grown.unit, grown.contract_no, evidence.place, evidence.row_id
