-- Projects at or above the tender line by a method other than open tender and without an approval.
SELECT
    row_id, unit, project_no, project_no AS subject, coalesce(item_name, '–') AS item_name, method, currency,
    tender_line AS line, budget AS value
FROM projects
WHERE budget >= tender_line
    AND approval_no IS NULL
    AND NOT (method LIKE '%公开招标%' OR lower(method) LIKE '%open tender%' OR method LIKE '%框架%')
ORDER BY unit, project_no, row_id
