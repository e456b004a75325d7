-- What each tenderer did in each process, and what each organization did in each population, counted in
-- processes.
CREATE OR REPLACE TEMP TABLE part AS
SELECT rid, party, count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified, bool_or(status = 1 AND is_alone) AS is_valid
FROM (
    SELECT rid, party, status, parties = 1 AS is_alone FROM bid WHERE party IS NOT NULL
    UNION ALL
    SELECT rid, party, status, false FROM other WHERE party IS NOT NULL
)
GROUP BY rid, party;

CREATE OR REPLACE TEMP TABLE share AS
SELECT 'Tenderer' AS kind, party, grp, count(*) FILTER (submitted > 0) AS processes,
    sum(disqualified) / sum(submitted) AS share,
    count(*) FILTER (is_valid AND winner IS NOT NULL) AS bid_in,
    count(*) FILTER (is_valid AND party = winner) AS wins
FROM part JOIN (SELECT rid, grp FROM tender) USING (rid) LEFT JOIN outcome USING (rid)
GROUP BY party, grp
UNION ALL
SELECT 'Buyer', buyer, grp, count(*), sum(disqualified) / sum(submitted), 0, 0
FROM tender WHERE buyer IS NOT NULL AND submitted > 0 AND issues & 1 = 0 GROUP BY buyer, grp
UNION ALL
SELECT 'ProcuringEntity', entity, grp, count(*), sum(disqualified) / sum(submitted), 0, 0
FROM tender WHERE entity IS NOT NULL AND submitted > 0 AND issues & 1 = 0 GROUP BY entity, grp;

DROP TABLE part;

DROP TABLE fact;

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
