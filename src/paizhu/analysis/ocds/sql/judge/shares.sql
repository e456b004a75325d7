-- What each organization did in each population, counted in processes. What a tenderer did in a process is
-- put together first, where it can have bid twice.
CREATE OR REPLACE TEMP TABLE part AS
SELECT rid, party, count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified, bool_or(status = 1 AND is_alone) AS is_valid
FROM (
    SELECT rid, party, status, parties = 1 AS is_alone
    FROM bid SEMI JOIN (SELECT DISTINCT rid FROM tender WHERE NOT is_plain) USING (rid)
    WHERE party IS NOT NULL
    UNION ALL
    SELECT rid, party, status, false FROM other WHERE party IS NOT NULL
)
GROUP BY rid, party;

CREATE OR REPLACE TEMP TABLE share AS
SELECT 'Tenderer' AS kind, party, grp, count(*) FILTER (submitted > 0) AS processes,
    sum(disqualified) / sum(submitted) AS share,
    count(*) FILTER (is_valid AND winner IS NOT NULL) AS bid_in,
    count(*) FILTER (is_valid AND party = winner) AS wins
FROM (
    SELECT *, false AS is_plain FROM part
    UNION ALL
    SELECT rid, party, (status BETWEEN 1 AND 3)::BIGINT, (status = 2)::BIGINT, status = 1, true
    FROM bid WHERE party IS NOT NULL
) JOIN (SELECT rid, grp, winner, is_plain FROM tender) USING (rid, is_plain)
GROUP BY party, grp
UNION ALL
SELECT 'Buyer', buyer, grp, count(*), sum(disqualified) / sum(submitted), 0, 0
FROM tender WHERE buyer IS NOT NULL AND submitted > 0 AND issues & 1 = 0 GROUP BY buyer, grp
UNION ALL
SELECT 'ProcuringEntity', entity, grp, count(*), sum(disqualified) / sum(submitted), 0, 0
FROM tender WHERE entity IS NOT NULL AND submitted > 0 AND issues & 1 = 0 GROUP BY entity, grp;

DROP TABLE part
