-- Departments that paid a large share of their year in December.
WITH years AS (
    SELECT
        unit, department, year(paid_date) AS in_year, currency, count(*) AS payments_all, sum(amount) AS whole,
        count(CASE WHEN month(paid_date) = 12 THEN 1 END) AS late,
        sum(CASE WHEN month(paid_date) = 12 THEN amount ELSE 0 END) AS value
    FROM payments
    WHERE amount > 0
    GROUP BY unit, department, year(paid_date), currency
    HAVING count(*) >= $least_payments AND count(DISTINCT month(paid_date)) >= $least_months
)

SELECT
    years.unit, years.department, years.in_year, years.currency, years.payments_all, years.whole, years.late,
    CAST(years.value AS DECIMAL(19, 4)) AS value, payments.row_id
FROM years
INNER JOIN payments
    ON payments.unit = years.unit AND payments.department = years.department
    AND payments.currency = years.currency AND year(payments.paid_date) = years.in_year
    AND month(payments.paid_date) = 12 AND payments.amount > 0
WHERE years.value > years.whole * $share
ORDER BY years.unit, years.department, years.in_year, payments.row_id
