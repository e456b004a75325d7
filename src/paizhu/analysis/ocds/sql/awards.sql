-- The awards in memory, and how each process came out. is_final: no award is still open. winner: the
-- one supplier of the one active award of such a process. Only where there are several (siblings), they
-- are put together. classes: of the items of an active award.
CREATE OR REPLACE TEMP TABLE award AS
SELECT rid, ix, cancelled, a.status, a.amount, key(a.currency) AS currency,
    substring(a.awarded_at, 2, 10) AS awarded_on, a.parties,
    key(a.party) AS party, a.together, siblings,
    CASE WHEN a.status = 1 THEN [str(i.classification.id) FOR i IN items] END AS classes
FROM (
    SELECT rid, cancelled, siblings, unnest(awards) AS a, unnest(items) AS items,
        generate_subscripts(awards, 1)::INTEGER AS ix
    FROM (SELECT rid, cancelled, awards, items, len(awards)::INTEGER AS siblings FROM counted)
);

CREATE OR REPLACE TEMP TABLE outcome AS
SELECT *, CASE WHEN is_final AND active = 1 THEN sole END AS winner
FROM (
    SELECT rid, status <> 3 AS is_final, (status = 1)::BIGINT AS active,
        CASE WHEN status = 1 AND parties = 1 THEN party END AS sole
    FROM award WHERE siblings = 1
    UNION ALL
    SELECT rid, NOT bool_or(status = 3), count(*) FILTER (status = 1),
        any_value(party) FILTER (status = 1 AND parties = 1)
    FROM award WHERE siblings > 1 GROUP BY rid
)
