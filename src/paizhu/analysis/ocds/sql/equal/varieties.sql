-- How many item classes each supplier supplies alone, and in how many processes.
CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, count(DISTINCT class) AS classes
FROM (
    SELECT rid, party, cut(id, getvariable('R048_digits')) AS class
    FROM (
    SELECT rid, party, str(unnest(items).classification.id) AS id
    FROM award JOIN (
        SELECT rid, unnest(items) AS items, generate_subscripts(items, 1)::INTEGER AS ix FROM counted
    ) USING (rid, ix)
    WHERE status = 1 AND parties = 1 AND party IS NOT NULL
    )
)
WHERE class IS NOT NULL
GROUP BY party HAVING count(DISTINCT rid) >= getvariable('R048_processes')
