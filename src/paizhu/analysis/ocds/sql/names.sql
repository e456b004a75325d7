-- The names of the organizations that a flag is about, from where they stand.
CREATE OR REPLACE TEMP TABLE named AS
SELECT party, txt(any_value(name)) AS name
FROM (
    SELECT key(name) AS party, name FROM (SELECT unnest(bids).party AS name FROM line)
    UNION ALL
    SELECT key(name), name FROM (SELECT unnest(awards).party AS name FROM line)
    UNION ALL
    SELECT party, name FROM other
    UNION ALL
    SELECT key(buyer), buyer FROM line
    UNION ALL
    SELECT key(entity), entity FROM line
)
{wanted}
GROUP BY party
