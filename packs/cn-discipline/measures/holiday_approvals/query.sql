-- Departments whose share of approvals on days off is large and far above the unit's own.
WITH judged AS (
    SELECT
        payments.row_id, payments.unit, payments.department,
        CASE WHEN days_off.day IS NULL THEN 0 ELSE 1 END AS is_off
    FROM payments
    INNER JOIN published_days ON published_days.day = payments.approved_date
    LEFT JOIN days_off ON days_off.day = payments.approved_date
),

units AS (
    SELECT unit, count(*) AS all_of_unit, sum(is_off) AS off_of_unit FROM judged GROUP BY unit
),

departments AS (
    SELECT unit, department, count(*) AS approvals_all, sum(is_off) AS off
    FROM judged
    GROUP BY unit, department
    HAVING count(*) >= $least_approvals AND sum(is_off) >= $least_off AND sum(is_off) >= count(*) * $share
)

SELECT
    departments.unit, departments.department, departments.approvals_all, CAST(departments.off AS BIGINT) AS off,
    CAST(units.off_of_unit AS BIGINT) AS off_of_unit, units.all_of_unit,
    CAST(departments.off AS DECIMAL(19, 4)) AS value, judged.row_id
FROM departments
INNER JOIN units ON units.unit = departments.unit
INNER JOIN judged
    ON judged.unit = departments.unit AND judged.department = departments.department AND judged.is_off = 1
WHERE departments.off * units.all_of_unit >= departments.approvals_all * units.off_of_unit * $lift
ORDER BY departments.unit, departments.department, judged.row_id
