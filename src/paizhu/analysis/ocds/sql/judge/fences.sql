-- The fences around how far second prices lie above the winning ones, and around what organizations did.
CREATE OR REPLACE TEMP TABLE gap_fence AS
SELECT *, q1 - getvariable('reach') * (q3 - q1) AS lower, q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3
    FROM (SELECT grp, list_sort(list(ratio)) AS l FROM tender WHERE gap IS NULL GROUP BY grp)
);

CREATE OR REPLACE TEMP TABLE won_fence AS
SELECT * EXCLUDE (top), q1 - getvariable('reach') * (q3 - q1) AS lower, top
FROM (
    SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
        quantile8(n, getvariable('R025_top')) AS top
    FROM (
        SELECT grp, list_sort(list(wins / bid_in)) AS l, list_sort(list(bid_in)) AS n
        FROM share WHERE bid_in > 0 GROUP BY grp
    )
);

CREATE OR REPLACE TEMP TABLE share_fence AS
SELECT *, q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT kind, grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3
    FROM (
        SELECT kind, grp, list_sort(list(share)) AS l FROM share
        WHERE processes >= getvariable('R038_processes') GROUP BY kind, grp
    )
)
