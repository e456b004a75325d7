SELECT 'Buyer' AS kind, NULL::BIGINT AS rid, buyer AS party, id AS grp, 'raised' AS outcome,
    total::DOUBLE AS value, getvariable('R055_line')::DOUBLE AS threshold
FROM split
UNION ALL
SELECT 'OCID', rid, NULL, NULL, coalesce(any_value(reason), 'clear'), NULL, NULL
FROM (
    SELECT rid, reason FROM below WHERE reason IS NOT NULL
    UNION ALL
    SELECT rid, reason FROM bought
)
ANTI JOIN (SELECT unnest(rids) AS rid FROM split) USING (rid)
GROUP BY rid
