SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, CASE
    WHEN gap IS NOT NULL THEN gap
    WHEN count < getvariable('R058_minimum') THEN 'small_population'
    WHEN upper > 0 AND ratio >= upper AND ratio > q3 THEN 'raised' ELSE 'clear'
END AS outcome, ratio AS value, upper AS threshold
FROM tender LEFT JOIN gap_fence USING (grp)
