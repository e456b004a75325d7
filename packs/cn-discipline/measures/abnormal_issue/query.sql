-- Months in which a department took far more of an item for each operation than its median month.
WITH monthly AS (
    SELECT
        unit, department, item_code, year(issued_date) AS in_year, month(issued_date) AS in_month,
        sum(quantity) AS quantity
    FROM issues
    GROUP BY unit, department, item_code, year(issued_date), month(issued_date)
),

work_done AS (
    SELECT
        unit, department, year(month_date) AS in_year, month(month_date) AS in_month, sum(operations) AS operations,
        min(row_id) AS row_id
    FROM operations
    GROUP BY unit, department, year(month_date), month(month_date)
    HAVING sum(operations) > 0
),

rates AS (
    SELECT
        monthly.unit, monthly.department, monthly.item_code, monthly.in_year, monthly.in_month, monthly.quantity,
        CAST(monthly.quantity / work_done.operations AS DOUBLE) AS rate, work_done.row_id AS work_row
    FROM monthly
    INNER JOIN work_done
        ON work_done.unit = monthly.unit AND work_done.department = monthly.department
        AND work_done.in_year = monthly.in_year AND work_done.in_month = monthly.in_month
),

usual AS (
    SELECT unit, department, item_code, median(rate) AS usual
    FROM rates
    GROUP BY unit, department, item_code
    HAVING count(*) >= $least_months
),

unusual AS (
    SELECT
        rates.unit, rates.department, rates.item_code, rates.in_year, rates.in_month, rates.quantity, rates.rate,
        rates.work_row, usual.usual
    FROM rates
    INNER JOIN usual
        ON usual.unit = rates.unit AND usual.department = rates.department
        AND usual.item_code = rates.item_code
    WHERE rates.rate > usual.usual * $ratio AND rates.quantity >= $least_quantity
),

evidence AS (
    SELECT unusual.unit, unusual.department, unusual.item_code, unusual.in_year, unusual.in_month, 1 AS place, issues.row_id
    FROM unusual
    INNER JOIN issues
        ON issues.unit = unusual.unit AND issues.department = unusual.department
        AND issues.item_code = unusual.item_code AND year(issues.issued_date) = unusual.in_year
        AND month(issues.issued_date) = unusual.in_month
    UNION ALL
    SELECT unit, department, item_code, in_year, in_month, 2 AS place, work_row AS row_id FROM unusual
)

SELECT
    unusual.unit, unusual.department, unusual.item_code, unusual.in_year, unusual.in_month,
    CAST(unusual.quantity AS DECIMAL(19, 2)) AS quantity, CAST(unusual.rate AS DECIMAL(19, 2)) AS per_operation,
    CAST(unusual.usual AS DECIMAL(19, 2)) AS usual, CAST(unusual.rate / unusual.usual AS DECIMAL(19, 4)) AS value,
    evidence.row_id
FROM unusual
INNER JOIN evidence
    ON evidence.unit = unusual.unit AND evidence.department = unusual.department
    AND evidence.item_code = unusual.item_code AND evidence.in_year = unusual.in_year
    AND evidence.in_month = unusual.in_month
ORDER BY
    unusual.unit, unusual.department, unusual.item_code, unusual.in_year, unusual.in_month, evidence.place,
    evidence.row_id
