-- How many classes of items each supplier supplies alone, of the processes that are judged. The classes
-- are looked at only where the processes are enough.
CREATE OR REPLACE TEMP TABLE alone_in AS
SELECT rid, ix, party, grp, siblings
FROM award JOIN (SELECT rid, grp FROM tender WHERE unfit IS NULL) USING (rid)
WHERE status = 1 AND parties = 1 AND party IS NOT NULL AND list_any_value(classes) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE supplied AS
SELECT party, grp,
    count(*) FILTER (siblings = 1) + count(DISTINCT rid) FILTER (siblings > 1) AS processes
FROM alone_in GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE variety AS
SELECT party, grp, processes, classes
FROM supplied LEFT JOIN (
    SELECT party, grp, count(DISTINCT cut(class, getvariable('R048_digits'))) AS classes
    FROM (
        SELECT party, grp, unnest(classes) AS class
        FROM (
            SELECT rid, ix, party, grp FROM alone_in
            SEMI JOIN (FROM supplied WHERE processes >= getvariable('R048_processes')) USING (party, grp)
        ) JOIN (SELECT rid, ix, classes FROM award) USING (rid, ix)
    )
    GROUP BY party, grp
) USING (party, grp);

DROP TABLE supplied;

DROP TABLE alone_in;

CREATE OR REPLACE TEMP TABLE variety_fence AS
SELECT *, q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3
    FROM (
        SELECT grp, list_sort(list(classes)) AS l FROM variety
        WHERE processes >= getvariable('R048_processes') GROUP BY grp
    )
)
