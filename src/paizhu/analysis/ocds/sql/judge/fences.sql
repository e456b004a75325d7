-- The fences around what organizations did.
CREATE OR REPLACE TEMP TABLE won_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q1 - getvariable('reach') * (q3 - q1) AS lower, quantile8(n, getvariable('R025_top')) AS top
FROM (
    SELECT grp, list_sort(list(wins / bid_in)) AS l, list_sort(list(bid_in)) AS n
    FROM share WHERE bid_in > 0 GROUP BY grp
);

CREATE OR REPLACE TEMP TABLE share_fence AS
SELECT kind, grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT kind, grp, list_sort(list(share)) AS l FROM share
    WHERE processes >= getvariable('R038_processes') GROUP BY kind, grp
)
