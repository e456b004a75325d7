-- The share of each supplier in the contracts of one class and year of one unit.
WITH suppliers AS (
    SELECT
        unit, year(signed_date) AS in_year, item_class, currency,
        coalesce(supplier_id, supplier) AS supplier_key, max(supplier) AS subject,
        sum(amount) AS total, count(*) AS contracts_won
    FROM contracts
    WHERE amount > 0
    GROUP BY unit, year(signed_date), item_class, currency, coalesce(supplier_id, supplier)
),

classes AS (
    SELECT
        unit, in_year, item_class, currency,
        sum(total) AS whole, sum(contracts_won) AS contracts_all, count(*) AS suppliers_all
    FROM suppliers
    GROUP BY unit, in_year, item_class, currency
)

SELECT
    suppliers.unit, suppliers.in_year, suppliers.item_class, suppliers.supplier_key, suppliers.subject,
    suppliers.currency, suppliers.contracts_won, classes.whole, suppliers.total AS value,
    CAST(classes.contracts_all AS BIGINT) AS contracts_all, contracts.row_id
FROM suppliers
INNER JOIN classes
    ON classes.unit = suppliers.unit AND classes.in_year = suppliers.in_year
    AND classes.item_class = suppliers.item_class AND classes.currency = suppliers.currency
INNER JOIN contracts
    ON contracts.unit = suppliers.unit AND year(contracts.signed_date) = suppliers.in_year
    AND contracts.item_class = suppliers.item_class AND contracts.currency = suppliers.currency
    AND coalesce(contracts.supplier_id, contracts.supplier) = suppliers.supplier_key
WHERE classes.contracts_all >= $least_contracts
    AND classes.suppliers_all >= $least_suppliers
    AND suppliers.contracts_won >= 3
    AND suppliers.total > classes.whole * $share
    AND contracts.amount > 0
ORDER BY suppliers.unit, suppliers.in_year, suppliers.item_class, suppliers.supplier_key, contracts.row_id
