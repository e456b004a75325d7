-- Every tenderer of every bid, also those who bid together.
CREATE OR REPLACE TEMP TABLE other AS
SELECT rid, ix, status, name, key(name) AS party
FROM (
    SELECT rid, ix, status, str(unnest(from_json(together, '[{"id": "JSON"}]')[2:]).id) AS name FROM bid WHERE parties > 1
);

CREATE OR REPLACE TEMP VIEW tenderer AS
SELECT rid, ix, status, party FROM bid WHERE party IS NOT NULL
UNION ALL
SELECT rid, ix, status, party FROM other WHERE party IS NOT NULL
