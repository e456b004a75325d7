-- Key posts whose present stretch is longer than the years of the unit's rule.
SELECT
    posts.unit, posts.post_no, posts.post_name, coalesce(posts.department, '–') AS department, rotation.since_date,
    CAST(coalesce(
        posts.rotation_years,
        CASE WHEN posts.key_kind LIKE '%采购%' OR posts.key_kind LIKE '%保管%' THEN $keeper_years ELSE $years END
    ) AS DECIMAL(9, 1)) AS years_allowed,
    CAST(date_diff('day', rotation.since_date, $run_date) / 365.25 AS DECIMAL(9, 1)) AS years_held,
    CAST(date_diff('day', rotation.since_date, $run_date) / 365.25 AS DECIMAL(19, 4)) AS value, rotation.row_id
FROM posts
INNER JOIN rotation ON rotation.unit = posts.unit AND rotation.post_no = posts.post_no
WHERE (rotation.until_date IS NULL OR rotation.until_date > $run_date)
    AND rotation.exempt IS NULL
    AND date_diff('day', rotation.since_date, $run_date) > 365.25 * coalesce(
        posts.rotation_years,
        CASE WHEN posts.key_kind LIKE '%采购%' OR posts.key_kind LIKE '%保管%' THEN $keeper_years ELSE $years END
    )
ORDER BY posts.unit, posts.post_no, rotation.row_id
