-- The awards in memory, and how each process came out. is_final: no award is still open. winner: the
-- one supplier of the one active award of such a process.
CREATE OR REPLACE TEMP TABLE award AS
SELECT rid, ix, a.status, a.amount, key(a.currency) AS currency,
    substring(a.awarded_at, 2, 10) AS awarded_on, a.parties,
    key(a.party) AS party, a.together
FROM (SELECT rid, unnest(awards) AS a, generate_subscripts(awards, 1)::INTEGER AS ix FROM counted);

CREATE OR REPLACE TEMP TABLE outcome AS
SELECT *, CASE WHEN is_final AND active = 1 THEN sole END AS winner
FROM (
    SELECT rid, NOT bool_or(status = 3) AS is_final, count(*) FILTER (status = 1) AS active,
        any_value(party) FILTER (status = 1 AND parties = 1) AS sole
    FROM award GROUP BY rid
);

-- Every supplier of every active award.
CREATE OR REPLACE TEMP VIEW supplier AS
SELECT rid, party FROM award WHERE status = 1 AND party IS NOT NULL
UNION ALL
SELECT rid, key(str(unnest(from_json(together, '[{"id": "JSON"}]')[2:]).id)) FROM award WHERE status = 1 AND parties > 1
