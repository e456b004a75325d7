-- Projects whose plan number is empty or stands in no plan of the unit.
SELECT
    projects.row_id, projects.unit, projects.project_no, projects.project_no AS subject,
    coalesce(projects.item_name, '–') AS item_name, coalesce(projects.plan_no, '–') AS plan_no,
    projects.currency, projects.budget AS value
FROM projects
LEFT JOIN (SELECT DISTINCT unit, plan_no FROM plans) AS known
    ON known.unit = projects.unit AND upper(trim(known.plan_no)) = upper(trim(projects.plan_no))
WHERE known.plan_no IS NULL AND projects.budget >= $least_amount
ORDER BY projects.unit, projects.project_no, projects.row_id
