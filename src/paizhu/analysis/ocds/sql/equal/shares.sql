-- Disqualified among submitted bids of each buyer, procuring entity and tenderer.
CREATE OR REPLACE TEMP TABLE share AS
SELECT 'Buyer' AS kind, buyer AS who, sum(disqualified) AS disqualified, sum(submitted) AS submitted
FROM fact JOIN counted USING (rid)
WHERE buyer IS NOT NULL
GROUP BY buyer HAVING sum(submitted) >= greatest(1, getvariable('R038_processes'))
UNION ALL
SELECT 'ProcuringEntity', entity, sum(disqualified), sum(submitted)
FROM fact JOIN counted USING (rid)
WHERE entity IS NOT NULL
GROUP BY entity HAVING sum(submitted) >= greatest(1, getvariable('R038_processes'))
UNION ALL
SELECT 'Tenderer', party, disqualified, submitted
FROM party WHERE submitted >= greatest(1, getvariable('R038_bids'))
