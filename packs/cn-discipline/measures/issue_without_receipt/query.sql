-- Batches that departments took out and that no receipt of the unit names.
-- Batches are counted as they are written first, and their writing is made alike then: there are far
-- fewer batches than rows.
WITH received AS (
    SELECT unit, item_code, batch FROM receipts GROUP BY unit, item_code, batch
),

known AS (
    SELECT DISTINCT unit, item_code, upper(trim(batch)) AS batch FROM received
),

issued AS (
    SELECT unit, item_code, batch, sum(quantity) AS quantity, min(issued_date) AS first_date
    FROM issues
    WHERE quantity > 0
    GROUP BY unit, item_code, batch
),

taken AS (
    SELECT
        unit, item_code, upper(trim(batch)) AS batch, sum(quantity) AS quantity, min(first_date) AS first_date
    FROM issued
    GROUP BY unit, item_code, upper(trim(batch))
),

missing AS (
    SELECT taken.unit, taken.item_code, taken.batch, taken.quantity, taken.first_date
    FROM taken
    LEFT JOIN known ON known.unit = taken.unit AND known.item_code = taken.item_code AND known.batch = taken.batch
    WHERE known.batch IS NULL AND taken.quantity >= $least_quantity
)

SELECT
    missing.unit, missing.item_code, missing.batch, missing.first_date,
    CAST(missing.quantity AS DECIMAL(19, 2)) AS value, issues.row_id
FROM missing
INNER JOIN issues
    ON issues.unit = missing.unit AND issues.item_code = missing.item_code
    AND upper(trim(issues.batch)) = missing.batch AND issues.quantity > 0
ORDER BY missing.unit, missing.item_code, missing.batch, issues.row_id
