-- Lines of an item whose price is far above the median price of the item in the year.
-- A median needs every price of a group together, so it is taken only where the dearest line is that
-- far above the cheapest one: elsewhere none can be that far above the middle.
WITH spread AS (
    SELECT unit, item_code, currency, year(order_date) AS in_year
    FROM orders
    WHERE quantity > 0 AND unit_price > 0
    GROUP BY unit, item_code, currency, year(order_date)
    HAVING count(*) >= $least_lines AND max(unit_price) > min(unit_price) * $ratio
),

lines_ AS (
    SELECT
        orders.unit, orders.item_code, orders.supplier, orders.currency, spread.in_year, orders.quantity,
        orders.unit_price, orders.row_id
    FROM spread
    INNER JOIN orders
        ON orders.unit = spread.unit AND orders.item_code = spread.item_code
        AND orders.currency = spread.currency AND year(orders.order_date) = spread.in_year
    WHERE orders.quantity > 0 AND orders.unit_price > 0
),

medians AS (
    SELECT unit, item_code, currency, in_year, CAST(median(unit_price) AS DECIMAL(19, 4)) AS median_price
    FROM lines_
    GROUP BY unit, item_code, currency, in_year
    HAVING max(unit_price) > median(unit_price) * $ratio
)

SELECT
    lines_.unit, lines_.item_code, lines_.supplier, lines_.currency, medians.in_year, medians.median_price,
    lines_.row_id, max(lines_.unit_price) OVER line AS highest, count(*) OVER line AS lines,
    CAST(sum((lines_.unit_price - medians.median_price) * lines_.quantity) OVER line AS DECIMAL(19, 4)) AS value
FROM medians
INNER JOIN lines_
    ON lines_.unit = medians.unit AND lines_.item_code = medians.item_code
    AND lines_.currency = medians.currency AND lines_.in_year = medians.in_year
    AND lines_.unit_price > medians.median_price * $ratio
WINDOW line AS (PARTITION BY lines_.unit, lines_.item_code, lines_.supplier, lines_.currency, medians.in_year)
ORDER BY lines_.unit, lines_.item_code, lines_.supplier, medians.in_year, lines_.row_id
