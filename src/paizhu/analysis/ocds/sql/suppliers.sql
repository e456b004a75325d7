-- Every supplier of every active award.
CREATE OR REPLACE TEMP VIEW supplier AS
SELECT rid, party FROM award WHERE status = 1 AND party IS NOT NULL
UNION ALL
SELECT rid, key(str(unnest(from_json(together, '[{"id": "JSON"}]')[2:]).id)) FROM award WHERE status = 1 AND parties > 1
