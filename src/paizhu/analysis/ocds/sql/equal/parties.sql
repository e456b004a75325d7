-- What each tenderer did: bids that count for R038, processes and wins that count for R025.
CREATE OR REPLACE TEMP TABLE party AS
SELECT * FROM (
    SELECT party, count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
        count(*) FILTER (status = 2) AS disqualified
    FROM tenderer GROUP BY party
)
LEFT JOIN (
    SELECT party, count(*) AS processes, count(*) FILTER (has_won) AS wins
    FROM (
        SELECT rid, party, any_value(party = winner) AS has_won
        FROM bid JOIN outcome USING (rid)
        WHERE status = 1 AND parties = 1 AND party IS NOT NULL AND winner IS NOT NULL
        GROUP BY rid, party
    )
    GROUP BY party
) USING (party)
