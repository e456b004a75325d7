-- The items of the active awards, and how many classes of them each supplier supplies alone.
CREATE OR REPLACE TEMP TABLE item AS
SELECT rid, ix, str(unnest(classes).classification.id) AS class
FROM (
    SELECT rid, unnest(items) AS classes, generate_subscripts(items, 1)::INTEGER AS ix FROM counted
    WHERE NOT cancelled AND NOT is_several
)
SEMI JOIN (SELECT rid, ix FROM award WHERE status = 1) USING (rid, ix);

CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, grp, count(DISTINCT class) AS classes, count(DISTINCT rid) AS processes
FROM (
    SELECT rid, party, cut(class, getvariable('R048_digits')) AS class
    FROM award JOIN item USING (rid, ix)
    WHERE status = 1 AND parties = 1 AND party IS NOT NULL AND class IS NOT NULL
) JOIN (SELECT rid, grp FROM tender) USING (rid)
GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE variety_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT grp, list_sort(list(classes)) AS l FROM variety
    WHERE processes >= getvariable('R048_processes') GROUP BY grp
)
