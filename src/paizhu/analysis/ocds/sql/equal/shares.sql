-- Disqualified among submitted bids of each buyer, procuring entity and tenderer.
CREATE OR REPLACE TEMP TABLE share AS
WITH whose AS (
    SELECT buyer, entity, disqualified, submitted FROM fact JOIN line USING (rid) WHERE submitted > 0
)
SELECT 'Buyer' AS kind, NULL::UBIGINT AS party, buyer AS who, sum(disqualified) AS disqualified,
    sum(submitted) AS submitted
FROM whose WHERE buyer IS NOT NULL
GROUP BY buyer HAVING sum(submitted) >= getvariable('R038_processes')
UNION ALL
SELECT 'ProcuringEntity', NULL, entity, sum(disqualified), sum(submitted)
FROM whose WHERE entity IS NOT NULL
GROUP BY entity HAVING sum(submitted) >= getvariable('R038_processes')
UNION ALL
SELECT 'Tenderer', party, NULL, disqualified, submitted
FROM party
WHERE submitted > 0 AND submitted >= getvariable('R038_bids')
