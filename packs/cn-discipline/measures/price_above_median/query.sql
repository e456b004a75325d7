-- Lines of an item whose price is far above the median price of the item in the year.
WITH medians AS (
    SELECT
        unit, item_code, currency, year(order_date) AS in_year,
        CAST(median(unit_price) AS DECIMAL(19, 4)) AS median_price
    FROM orders
    WHERE quantity > 0 AND unit_price > 0
    GROUP BY unit, item_code, currency, year(order_date)
    HAVING count(*) >= $least_lines AND max(unit_price) > median(unit_price) * $ratio
)

SELECT
    orders.unit, orders.item_code, orders.supplier, orders.currency, medians.in_year, medians.median_price,
    orders.row_id, max(orders.unit_price) OVER line AS highest, count(*) OVER line AS lines,
    CAST(sum((orders.unit_price - medians.median_price) * orders.quantity) OVER line AS DECIMAL(19, 4)) AS value
FROM medians
INNER JOIN orders
    ON orders.unit = medians.unit AND orders.item_code = medians.item_code
    AND orders.currency = medians.currency AND year(orders.order_date) = medians.in_year
    AND orders.unit_price > medians.median_price * $ratio
WHERE orders.quantity > 0
WINDOW line AS (PARTITION BY orders.unit, orders.item_code, orders.supplier, orders.currency, medians.in_year)
ORDER BY orders.unit, orders.item_code, orders.supplier, medians.in_year, orders.row_id
