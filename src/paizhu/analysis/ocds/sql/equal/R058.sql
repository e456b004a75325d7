WITH flagged AS (
    SELECT ocid, winner, ratio
    FROM ratio JOIN counted USING (rid) WHERE ratio >= getvariable('R058_fence')
)
SELECT 'OCID' AS kind, ocid AS who, ratio AS value FROM flagged
UNION ALL
SELECT 'Tenderer', winner, 0.0 FROM flagged
