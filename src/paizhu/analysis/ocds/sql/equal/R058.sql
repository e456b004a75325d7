WITH flagged AS MATERIALIZED (
    SELECT rid, winner, ratio FROM ratio WHERE ratio >= getvariable('R058_fence')
)
SELECT 'OCID', rid, NULL, NULL, ratio FROM flagged
UNION ALL
SELECT 'Tenderer', rid, winner, NULL, 0.0 FROM flagged
