-- Suppliers nearly all of whose invoices are round thousands, while those of the unit are not.
WITH marked AS (
    SELECT
        row_id, unit, supplier, amount, currency, coalesce(supplier_id, supplier) AS supplier_key,
        CASE WHEN amount % 1000 = 0 THEN 1 ELSE 0 END AS is_round
    FROM invoices
    WHERE amount > 0
),

units AS (
    SELECT unit, currency, count(*) AS all_of_unit, sum(is_round) AS rounds_of_unit FROM marked GROUP BY unit, currency
),

suppliers AS (
    SELECT
        unit, supplier_key, currency, max(supplier) AS subject, count(*) AS invoices_all, sum(is_round) AS rounds,
        sum(CASE WHEN is_round = 1 THEN amount END) AS value
    FROM marked
    GROUP BY unit, supplier_key, currency
    HAVING count(*) >= $least_invoices AND sum(is_round) >= count(*) * $share
)

SELECT
    suppliers.unit, suppliers.supplier_key, suppliers.currency, suppliers.subject, suppliers.invoices_all,
    CAST(suppliers.rounds AS BIGINT) AS rounds, CAST(units.rounds_of_unit AS BIGINT) AS rounds_of_unit,
    units.all_of_unit, CAST(suppliers.value AS DECIMAL(19, 4)) AS value, marked.row_id
FROM suppliers
INNER JOIN units ON units.unit = suppliers.unit AND units.currency = suppliers.currency
INNER JOIN marked
    ON marked.unit = suppliers.unit AND marked.supplier_key = suppliers.supplier_key
    AND marked.currency = suppliers.currency AND marked.is_round = 1
WHERE suppliers.rounds * units.all_of_unit >= suppliers.invoices_all * units.rounds_of_unit * $lift
ORDER BY suppliers.unit, suppliers.supplier_key, suppliers.currency, marked.row_id
