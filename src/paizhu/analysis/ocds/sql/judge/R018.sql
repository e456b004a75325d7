SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, CASE
    WHEN method IS NULL THEN 'method_missing'
    WHEN NOT list_contains(getvariable('R018_methods'), method) THEN 'other_method'
    WHEN stated IS NULL AND unbid IS NOT NULL THEN unbid
    WHEN stated = 1 AND submitted > 0 AND NOT is_one_tenderer THEN 'contradiction'
    WHEN stated > 1 AND submitted > 0 AND is_one_tenderer AND issues & 1 = 0 THEN 'contradiction'
    WHEN coalesce(stated = 1, is_one_tenderer) THEN 'raised' ELSE 'clear'
END) AS outcome, 1.0 AS value, 1.0 AS threshold
FROM (SELECT *, TRY_CAST(tenderers AS DOUBLE) AS stated FROM tender)
