-- Contracts of one award that come to more than was awarded.
WITH awarded AS (
    SELECT
        unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, currency, max(supplier) AS supplier,
        sum(amount) AS awarded
    FROM awards
    GROUP BY unit, project_no, coalesce(supplier_id, supplier), currency
),

contracted AS (
    SELECT
        unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, currency, sum(amount) AS contracted
    FROM contracts
    GROUP BY unit, project_no, coalesce(supplier_id, supplier), currency
),

evidence AS (
    SELECT unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, 1 AS place, row_id FROM awards
    UNION ALL
    SELECT unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, 2 AS place, row_id FROM contracts
)

SELECT
    awarded.unit, awarded.project_no, awarded.project_no AS subject, awarded.supplier_key, awarded.supplier,
    awarded.currency, awarded.awarded, contracted.contracted,
    CAST(contracted.contracted - awarded.awarded AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM awarded
INNER JOIN contracted
    ON contracted.unit = awarded.unit AND contracted.project_no = awarded.project_no
    AND contracted.supplier_key = awarded.supplier_key AND contracted.currency = awarded.currency
INNER JOIN evidence
    ON evidence.unit = awarded.unit AND evidence.project_no = awarded.project_no
    AND evidence.supplier_key = awarded.supplier_key
WHERE contracted.contracted - awarded.awarded > awarded.awarded * $tolerance
ORDER BY awarded.unit, awarded.project_no, awarded.supplier_key, evidence.place, evidence.row_id
