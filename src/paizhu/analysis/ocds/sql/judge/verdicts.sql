-- How often each indicator came out how, and what was raised.
CREATE OR REPLACE TEMP TABLE verdict AS
SELECT code, outcome, count(*) AS times,
    list({kind: kind, rid: rid, party: party, value: value, threshold: threshold, grp: grp})
        FILTER (outcome = 'raised') AS flags
FROM ({verdicts}) GROUP BY code, outcome;

INSERT INTO flag BY NAME SELECT code, f.* FROM (SELECT code, unnest(flags) AS f FROM verdict)
