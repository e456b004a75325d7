-- Items bought as temporary in many months of one year.
WITH temporary_ AS (
    SELECT row_id, unit, item_code, year(order_date) AS in_year, month(order_date) AS in_month, amount, currency
    FROM orders
    WHERE (order_kind LIKE '%临时%' OR order_kind LIKE '%临购%' OR lower(order_kind) LIKE '%temporary%') AND amount > 0
),

lasting AS (
    SELECT
        unit, item_code, in_year, currency, count(DISTINCT in_month) AS months_seen, count(*) AS orders_all,
        sum(amount) AS value
    FROM temporary_
    GROUP BY unit, item_code, in_year, currency
    HAVING count(DISTINCT in_month) >= $months
)

SELECT
    lasting.unit, lasting.item_code, lasting.in_year, lasting.currency, lasting.months_seen, lasting.orders_all,
    CAST(lasting.value AS DECIMAL(19, 4)) AS value, temporary_.row_id
FROM lasting
INNER JOIN temporary_
    ON temporary_.unit = lasting.unit AND temporary_.item_code = lasting.item_code
    AND temporary_.in_year = lasting.in_year AND temporary_.currency = lasting.currency
ORDER BY lasting.unit, lasting.item_code, lasting.in_year, temporary_.row_id
