-- How many classes of items each supplier supplies alone, of the processes that are judged.
CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, grp, count(DISTINCT class) AS classes, count(DISTINCT rid) AS processes
FROM (
    SELECT rid, party, cut(class, getvariable('R048_digits')) AS class
    FROM (
        SELECT rid, party, unnest(classes) AS class
        FROM award WHERE status = 1 AND parties = 1 AND party IS NOT NULL
    )
    WHERE class IS NOT NULL
) JOIN (SELECT rid, grp FROM tender WHERE unfit IS NULL) USING (rid)
GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE variety_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT grp, list_sort(list(classes)) AS l FROM variety
    WHERE processes >= getvariable('R048_processes') GROUP BY grp
)
