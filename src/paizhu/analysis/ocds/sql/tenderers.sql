-- Every tenderer of every bid, also those who bid together.
CREATE OR REPLACE TEMP VIEW tenderer AS
SELECT rid, ix, status, party FROM bid WHERE party IS NOT NULL
UNION ALL
SELECT rid, ix, status, party FROM other WHERE party IS NOT NULL
