-- Suppliers whose first contracts came within days of their founding and are large together.
WITH founded AS (
    SELECT company_id, min(founded_date) AS founded_date, min(row_id) AS row_id FROM companies GROUP BY company_id
),

early AS (
    SELECT
        contracts.row_id, contracts.unit, contracts.supplier_id, contracts.supplier, contracts.amount,
        contracts.currency, contracts.signed_date, founded.founded_date, founded.row_id AS company_row
    FROM contracts
    INNER JOIN founded ON founded.company_id = contracts.supplier_id
    WHERE contracts.signed_date >= founded.founded_date
        AND date_diff('day', founded.founded_date, contracts.signed_date) <= $days
),

large AS (
    SELECT
        unit, supplier_id, currency, max(supplier) AS subject, min(founded_date) AS founded_date,
        min(signed_date) AS first_date, count(*) AS contracts_won, sum(amount) AS value,
        min(company_row) AS company_row
    FROM early
    GROUP BY unit, supplier_id, currency
    HAVING sum(amount) >= $least_amount
),

evidence AS (
    SELECT unit, supplier_id, 1 AS place, row_id FROM early
    UNION ALL
    SELECT unit, supplier_id, 2 AS place, company_row AS row_id FROM large
)

SELECT
    large.unit, large.supplier_id, large.subject, large.currency, large.founded_date, large.first_date,
    large.contracts_won, CAST(large.value AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM large
INNER JOIN evidence ON evidence.unit = large.unit AND evidence.supplier_id = large.supplier_id
ORDER BY large.unit, large.supplier_id, evidence.place, evidence.row_id
