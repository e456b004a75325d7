-- How many item classes each supplier supplies alone, and in how many processes.
CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, grp, count(DISTINCT class) AS classes, count(DISTINCT rid) AS processes
FROM (
    SELECT rid, grp, party, left(txt(id), getvariable('R048_digits')) AS class
    FROM (
        SELECT rid, party, str(unnest(items).classification.id) AS id
        FROM award JOIN (
            SELECT rid, unnest(items) AS items, generate_subscripts(items, 1) AS ix FROM counted
        ) USING (rid, ix)
        WHERE status = 1 AND parties = 1 AND party IS NOT NULL
    ) JOIN process USING (rid)
)
WHERE class IS NOT NULL
GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE variety_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT grp, list_sort(list(classes)) AS l FROM variety
    WHERE processes >= getvariable('R048_processes') GROUP BY grp
)
