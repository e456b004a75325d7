-- The further tenderers of bids made together.
CREATE OR REPLACE TEMP TABLE other AS
SELECT rid, ix, status, name, key(name) AS party
FROM (
    SELECT rid, ix, status, str(unnest(from_json(together, '[{"id": "JSON"}]')[2:]).id) AS name FROM bid WHERE parties > 1
)
