-- Tenders with fewer days from the first giving out of documents to the deadline than asked for.
SELECT
    row_id, unit, project_no, coalesce(item_name, '–') AS item_name, project_no AS subject, published_date, deadline_date,
    date_diff('day', published_date, deadline_date) AS days,
    CAST(date_diff('day', published_date, deadline_date) AS DECIMAL(19, 4)) AS value
FROM projects
WHERE (method LIKE '%公开招标%' OR method LIKE '%邀请招标%' OR lower(method) LIKE '%tender%')
    AND deadline_date >= published_date
    AND date_diff('day', published_date, deadline_date) < least_days
ORDER BY unit, project_no, row_id
