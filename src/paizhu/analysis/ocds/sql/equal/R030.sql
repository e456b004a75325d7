WITH late AS (
    SELECT DISTINCT rid, party
    FROM tenderer SEMI JOIN (SELECT rid, ix FROM bid WHERE is_late) USING (rid, ix)
),
flagged AS MATERIALIZED (SELECT rid, party FROM late SEMI JOIN supplier USING (rid, party))
SELECT 'OCID', rid, NULL, NULL, 1.0 FROM flagged
UNION ALL
SELECT 'Tenderer', rid, party, NULL, 1.0 FROM flagged
