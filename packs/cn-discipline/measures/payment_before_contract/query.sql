-- Contracts with payments before the day of signing.
WITH signed AS (
    SELECT unit, contract_no, max(supplier) AS supplier, min(signed_date) AS signed_date, min(row_id) AS row_id
    FROM contracts
    GROUP BY unit, contract_no
),

early AS (
    SELECT
        payments.row_id, payments.unit, payments.contract_no, payments.amount, payments.currency,
        payments.paid_date, signed.supplier, signed.signed_date, signed.row_id AS contract_row
    FROM payments
    INNER JOIN signed ON signed.unit = payments.unit AND signed.contract_no = payments.contract_no
    WHERE payments.amount > 0 AND date_diff('day', payments.paid_date, signed.signed_date) > $days
),

whole AS (
    SELECT
        unit, contract_no, max(supplier) AS supplier, max(signed_date) AS signed_date, min(paid_date) AS first_paid,
        count(*) AS payments_early, min(contract_row) AS contract_row,
        -- Amounts of several currencies, or of one that is not said beside one that is, have no sum.
        CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 THEN sum(amount) END AS value,
        CASE WHEN count(DISTINCT coalesce(currency, '')) = 1 THEN max(currency) END AS currency
    FROM early
    GROUP BY unit, contract_no
),

evidence AS (
    SELECT unit, contract_no, 1 AS place, row_id FROM early
    UNION ALL
    SELECT unit, contract_no, 2 AS place, contract_row AS row_id FROM whole
)

SELECT
    whole.unit, whole.contract_no, whole.supplier, whole.signed_date, whole.first_paid, whole.payments_early,
    CAST(whole.value AS DECIMAL(19, 4)) AS value, whole.currency, evidence.row_id
FROM whole
INNER JOIN evidence ON evidence.unit = whole.unit AND evidence.contract_no = whole.contract_no
ORDER BY whole.unit, whole.contract_no, evidence.place, evidence.row_id
