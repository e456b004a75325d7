-- Panel members and winners that meet far more often than the winner's share of all awards.
WITH seats AS (
    SELECT unit, project_no, expert_code, min(row_id) AS row_id
    FROM experts
    GROUP BY unit, project_no, expert_code
),

won AS (
    SELECT unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, max(supplier) AS subject
    FROM awards
    GROUP BY unit, project_no, coalesce(supplier_id, supplier)
),

chances AS (
    SELECT won.unit, won.supplier_key, count(*) AS wins, max(totals.projects_all) AS projects_all
    FROM won
    INNER JOIN (
        SELECT unit, count(DISTINCT project_no) AS projects_all FROM won GROUP BY unit
    ) AS totals ON totals.unit = won.unit
    GROUP BY won.unit, won.supplier_key
),

reviewed AS (
    SELECT seats.unit, seats.expert_code, count(*) AS reviews FROM seats GROUP BY seats.unit, seats.expert_code
),

met AS (
    SELECT
        seats.unit, seats.expert_code, won.supplier_key, max(won.subject) AS subject, count(*) AS together
    FROM seats
    INNER JOIN won ON won.unit = seats.unit AND won.project_no = seats.project_no
    GROUP BY seats.unit, seats.expert_code, won.supplier_key
    HAVING count(*) >= $least_times
)

SELECT
    met.unit, met.expert_code, met.supplier_key, met.subject, met.together, reviewed.reviews,
    CAST(met.together AS DECIMAL(19, 4)) AS value, seats.row_id
FROM met
INNER JOIN reviewed ON reviewed.unit = met.unit AND reviewed.expert_code = met.expert_code
INNER JOIN chances ON chances.unit = met.unit AND chances.supplier_key = met.supplier_key
INNER JOIN won ON won.unit = met.unit AND won.supplier_key = met.supplier_key
INNER JOIN seats
    ON seats.unit = met.unit AND seats.expert_code = met.expert_code AND seats.project_no = won.project_no
WHERE met.together >= reviewed.reviews * $share
    AND met.together * chances.projects_all >= reviewed.reviews * chances.wins * $lift
ORDER BY met.unit, met.expert_code, met.supplier_key, seats.row_id
