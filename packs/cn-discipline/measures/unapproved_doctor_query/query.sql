-- Statistics queries by doctor without the number of an approval, by role and month.
WITH unapproved AS (
    SELECT row_id, unit, role, year(query_date) AS in_year, month(query_date) AS in_month
    FROM query_log
    WHERE approval_no IS NULL
        AND (scope LIKE '%医师%' OR scope LIKE '%医生%' OR lower(scope) LIKE '%doctor%')
)

SELECT
    unit, role, in_year, in_month, row_id, count(*) OVER whole AS queries,
    CAST(count(*) OVER whole AS DECIMAL(19, 4)) AS value
FROM unapproved
WINDOW whole AS (PARTITION BY unit, role, in_year, in_month)
QUALIFY count(*) OVER whole >= $least_queries
ORDER BY unit, role, in_year, in_month, row_id
