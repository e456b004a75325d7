-- Equipment whose average monthly use is below a share of what was promised.
WITH counted AS (
    SELECT use_log.row_id, use_log.unit, use_log.asset_no, use_log.uses
    FROM use_log
    INNER JOIN equipment ON equipment.unit = use_log.unit AND equipment.asset_no = use_log.asset_no
    WHERE coalesce(use_log.repair_days, 0) < $repair
        AND (equipment.start_date IS NULL OR date_diff('day', equipment.start_date, use_log.month_date) >= $settling)
        AND equipment.planned_uses > 0
        AND NOT (
            coalesce(equipment.status, '') LIKE '%停用%'
            OR coalesce(equipment.status, '') LIKE '%报废%'
            OR coalesce(equipment.status, '') LIKE '%备用%'
        )
),

averages AS (
    SELECT unit, asset_no, count(*) AS months, avg(uses) AS average
    FROM counted
    GROUP BY unit, asset_no
    HAVING count(*) >= $least_months
),

idle AS (
    SELECT
        averages.unit, averages.asset_no, averages.months, averages.average, equipment.planned_uses,
        equipment.row_id, coalesce(equipment.equipment_name, equipment.asset_no) AS subject,
        coalesce(equipment.department, '–') AS department
    FROM averages
    INNER JOIN equipment ON equipment.unit = averages.unit AND equipment.asset_no = averages.asset_no
    WHERE averages.average < equipment.planned_uses * $share
),

evidence AS (
    SELECT unit, asset_no, 1 AS place, row_id FROM idle
    UNION ALL
    SELECT unit, asset_no, 2 AS place, row_id FROM counted
)

SELECT
    idle.unit, idle.asset_no, idle.subject, idle.department, idle.months,
    CAST(idle.average AS DECIMAL(19, 1)) AS average, CAST(idle.planned_uses AS DECIMAL(19, 0)) AS planned,
    CAST(idle.average / idle.planned_uses AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM idle
INNER JOIN evidence ON evidence.unit = idle.unit AND evidence.asset_no = idle.asset_no
ORDER BY idle.unit, idle.asset_no, evidence.place, evidence.row_id
