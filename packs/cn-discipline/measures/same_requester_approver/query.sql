-- Requests whose requester and approver carry the same staff number, by department and year.
WITH same AS (
    SELECT row_id, unit, coalesce(department, '–') AS department, year(requested_date) AS in_year
    FROM demands
    WHERE upper(trim(requester_code)) = upper(trim(approver_code))
)

SELECT
    unit, department, in_year, row_id, count(*) OVER whole AS requests,
    CAST(count(*) OVER whole AS DECIMAL(19, 4)) AS value
FROM same
WINDOW whole AS (PARTITION BY unit, department, in_year)
QUALIFY count(*) OVER whole >= $least_requests
ORDER BY unit, department, in_year, row_id
