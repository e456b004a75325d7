-- What each organization did in each population, counted in processes.
CREATE OR REPLACE TEMP TABLE won AS
SELECT party, grp, count(*) AS processes, count(*) FILTER (has_won) AS wins
FROM (
    SELECT rid, party, any_value(party = winner) AS has_won
    FROM bid JOIN outcome USING (rid)
    WHERE status = 1 AND parties = 1 AND party IS NOT NULL AND winner IS NOT NULL
    GROUP BY rid, party
) JOIN process USING (rid)
GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE won_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q1 - getvariable('reach') * (q3 - q1) AS lower, quantile8(n, getvariable('R025_top')) AS top
FROM (
    SELECT grp, list_sort(list(wins / processes)) AS l, list_sort(list(processes)) AS n
    FROM won GROUP BY grp
);

CREATE OR REPLACE TEMP TABLE share AS
SELECT 'Buyer' AS kind, buyer AS party, grp, count(*) AS processes,
    sum(disqualified) / sum(submitted) AS share
FROM process JOIN fact USING (rid)
WHERE buyer IS NOT NULL AND submitted > 0 AND unknown = 0 GROUP BY buyer, grp
UNION ALL
SELECT 'ProcuringEntity', entity, grp, count(*), sum(disqualified) / sum(submitted)
FROM process JOIN fact USING (rid)
WHERE entity IS NOT NULL AND submitted > 0 AND unknown = 0 GROUP BY entity, grp
UNION ALL
SELECT 'Tenderer', party, grp, count(*), sum(disqualified) / sum(submitted)
FROM (
    SELECT rid, party, count(*) AS submitted, count(*) FILTER (status = 2) AS disqualified
    FROM tenderer WHERE status BETWEEN 1 AND 3 GROUP BY rid, party
) JOIN process USING (rid)
GROUP BY party, grp;

CREATE OR REPLACE TEMP TABLE share_fence AS
SELECT kind, grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (
    SELECT kind, grp, list_sort(list(share)) AS l FROM share
    WHERE processes >= getvariable('R038_processes') GROUP BY kind, grp
)
