-- Tenders whose last clarification or change came fewer days before the deadline than asked for.
SELECT
    row_id, unit, project_no, coalesce(item_name, '–') AS item_name, project_no AS subject, addendum_date, deadline_date,
    date_diff('day', addendum_date, deadline_date) AS days,
    CAST(date_diff('day', addendum_date, deadline_date) AS DECIMAL(19, 4)) AS value
FROM projects
WHERE (method LIKE '%公开招标%' OR method LIKE '%邀请招标%' OR lower(method) LIKE '%tender%')
    AND addendum_date <= deadline_date
    AND (published_date IS NULL OR addendum_date > published_date)
    AND date_diff('day', addendum_date, deadline_date) < least_days
ORDER BY unit, project_no, row_id
