-- How many item classes each supplier supplies alone, and in how many processes.
CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, count(DISTINCT class) AS classes
FROM (
    SELECT rid, party, cut(class, getvariable('R048_digits')) AS class
    FROM (
        SELECT rid, party, unnest(classes) AS class
        FROM award WHERE status = 1 AND parties = 1 AND party IS NOT NULL
    )
)
WHERE class IS NOT NULL
GROUP BY party HAVING count(DISTINCT rid) >= getvariable('R048_processes')
