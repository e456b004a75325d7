-- What each tenderer did: bids that count for R038, processes and wins that count for R025. Names are
-- grouped by their hash, a third of the memory; `party` and `other` differ if two ever shared one.
CREATE OR REPLACE TEMP TABLE party AS
SELECT * FROM (
    SELECT hash(party) AS id, min(party) AS party, max(party) AS other,
        count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
        count(*) FILTER (status = 2) AS disqualified
    FROM tenderer WHERE party IS NOT NULL GROUP BY ALL
)
LEFT JOIN (
    SELECT id, count(*) AS processes, count(*) FILTER (has_won) AS wins
    FROM (
        SELECT rid, hash(party) AS id, any_value(party = winner) AS has_won
        FROM tenderer
        WHERE status = 1 AND parties = 1 AND party IS NOT NULL AND winner IS NOT NULL
        GROUP BY rid, hash(party)
    )
    GROUP BY id
) USING (id)
