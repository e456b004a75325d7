-- Machines that were given, placed or lent, and whose consumables come from the giver.
WITH placed AS (
    SELECT unit, asset_no, supplier, row_id, coalesce(equipment_name, asset_no) AS subject, coalesce(origin, '–') AS origin
    FROM equipment
    WHERE origin LIKE '%捐%' OR origin LIKE '%投放%' OR origin LIKE '%借%' OR origin LIKE '%试用%'
        OR lower(origin) LIKE '%donat%' OR lower(origin) LIKE '%placed%' OR lower(origin) LIKE '%lent%'
        OR (price = 0 AND coalesce(origin, '') NOT LIKE '%购%')
),

bought AS (
    SELECT
        placed.unit, placed.asset_no, placed.supplier AS lender, orders.supplier, orders.amount, orders.currency,
        orders.row_id
    FROM placed
    INNER JOIN items ON items.unit = placed.unit AND items.for_equipment = placed.asset_no
    INNER JOIN orders ON orders.unit = items.unit AND orders.item_code = items.item_code AND orders.amount > 0
),

totals AS (
    SELECT
        unit, asset_no, currency, count(*) AS orders_all, sum(amount) AS whole,
        count(CASE WHEN supplier = lender THEN 1 END) AS bound,
        sum(CASE WHEN supplier = lender THEN amount ELSE 0 END) AS value
    FROM bought
    GROUP BY unit, asset_no, currency
    HAVING count(*) >= $least_orders
),

evidence AS (
    SELECT totals.unit, totals.asset_no, totals.currency, 1 AS place, placed.row_id
    FROM totals
    INNER JOIN placed ON placed.unit = totals.unit AND placed.asset_no = totals.asset_no
    UNION ALL
    SELECT unit, asset_no, currency, 2 AS place, row_id FROM bought WHERE supplier = lender
)

SELECT
    totals.unit, totals.asset_no, placed.subject, placed.supplier, placed.origin, totals.orders_all, totals.bound,
    totals.currency, CAST(totals.value AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM totals
INNER JOIN placed ON placed.unit = totals.unit AND placed.asset_no = totals.asset_no
INNER JOIN evidence
    ON evidence.unit = totals.unit AND evidence.asset_no = totals.asset_no
    AND evidence.currency = totals.currency
WHERE totals.value >= totals.whole * $share
ORDER BY totals.unit, totals.asset_no, totals.currency, evidence.place, evidence.row_id
