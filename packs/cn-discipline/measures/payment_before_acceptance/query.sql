-- Contracts for which more than the agreed advance was paid before the first acceptance.
WITH accepted AS (
    SELECT unit, contract_no, min(accepted_date) AS accepted_date, min(row_id) AS row_id
    FROM acceptances
    WHERE NOT (coalesce(result, '') LIKE '%不合格%' OR lower(coalesce(result, '')) LIKE '%refused%')
    GROUP BY unit, contract_no
),

agreed AS (
    SELECT
        contracts.unit, contracts.contract_no, contracts.currency, max(contracts.supplier) AS supplier,
        sum(contracts.amount) AS contracted, min(contracts.row_id) AS contract_row,
        max(accepted.accepted_date) AS accepted_date, min(accepted.row_id) AS acceptance_row,
        CAST(sum(contracts.amount) * max(coalesce(contracts.advance_share / 100, $advance)) AS DECIMAL(19, 4)) AS allowed
    FROM contracts
    INNER JOIN accepted ON accepted.unit = contracts.unit AND accepted.contract_no = contracts.contract_no
    GROUP BY contracts.unit, contracts.contract_no, contracts.currency
),

early AS (
    SELECT payments.row_id, payments.unit, payments.contract_no, payments.currency, payments.amount
    FROM payments
    INNER JOIN agreed
        ON agreed.unit = payments.unit AND agreed.contract_no = payments.contract_no
        AND agreed.currency = payments.currency
    WHERE payments.paid_date < agreed.accepted_date
),

paid AS (
    SELECT unit, contract_no, currency, sum(amount) AS paid FROM early GROUP BY unit, contract_no, currency
),

evidence AS (
    SELECT unit, contract_no, 1 AS place, row_id FROM early
    UNION ALL
    SELECT unit, contract_no, 2 AS place, contract_row AS row_id FROM agreed
    UNION ALL
    SELECT unit, contract_no, 3 AS place, acceptance_row AS row_id FROM agreed
)

SELECT
    agreed.unit, agreed.contract_no, agreed.supplier, agreed.currency, agreed.contracted, agreed.allowed,
    CAST(paid.paid AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM agreed
INNER JOIN paid
    ON paid.unit = agreed.unit AND paid.contract_no = agreed.contract_no AND paid.currency = agreed.currency
INNER JOIN evidence ON evidence.unit = agreed.unit AND evidence.contract_no = agreed.contract_no
WHERE paid.paid > agreed.allowed + agreed.contracted * $tolerance
ORDER BY agreed.unit, agreed.contract_no, evidence.place, evidence.row_id
