-- Contracts for which more was paid than the contract and its changes come to.
WITH changes AS (
    SELECT unit, contract_no, currency, sum(amount) AS changed FROM amendments GROUP BY unit, contract_no, currency
),

agreed AS (
    SELECT
        unit, contract_no, currency, max(supplier) AS supplier, sum(amount) AS amount, min(row_id) AS row_id
    FROM contracts
    GROUP BY unit, contract_no, currency
),

paid AS (
    SELECT unit, contract_no, currency, sum(amount) AS paid FROM payments GROUP BY unit, contract_no, currency
),

over_paid AS (
    SELECT
        agreed.unit, agreed.contract_no, agreed.currency, agreed.supplier, agreed.row_id, paid.paid,
        agreed.amount + coalesce(changes.changed, 0) AS agreed
    FROM agreed
    INNER JOIN paid
        ON paid.unit = agreed.unit AND paid.contract_no = agreed.contract_no AND paid.currency = agreed.currency
    LEFT JOIN changes
        ON changes.unit = agreed.unit AND changes.contract_no = agreed.contract_no
        AND changes.currency = agreed.currency
    WHERE paid.paid > (agreed.amount + coalesce(changes.changed, 0)) * (1 + $tolerance)
),

evidence AS (
    SELECT unit, contract_no, 1 AS place, row_id FROM payments
    UNION ALL
    SELECT unit, contract_no, 2 AS place, row_id FROM over_paid
    UNION ALL
    SELECT unit, contract_no, 3 AS place, row_id FROM amendments
)

SELECT
    over_paid.unit, over_paid.contract_no, over_paid.currency, over_paid.supplier, over_paid.agreed, over_paid.paid,
    CAST(over_paid.paid - over_paid.agreed AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM over_paid
INNER JOIN evidence ON evidence.unit = over_paid.unit AND evidence.contract_no = over_paid.contract_no
ORDER BY over_paid.unit, over_paid.contract_no, evidence.place, evidence.row_id
