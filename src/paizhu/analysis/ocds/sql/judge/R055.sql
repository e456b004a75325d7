SELECT 'Buyer' AS kind, NULL::BIGINT AS rid, buyer AS party, id AS grp, 'raised' AS outcome,
    total::DOUBLE AS value, getvariable('R055_line')::DOUBLE AS threshold
FROM split
UNION ALL
SELECT 'OCID', rid, NULL, NULL, coalesce(reason, 'clear'), NULL, NULL
FROM (SELECT rid, any_value(reason) AS reason FROM below GROUP BY rid)
WHERE rid NOT IN (SELECT unnest(rids) FROM split)
