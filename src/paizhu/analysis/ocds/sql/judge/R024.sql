SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, CASE
    WHEN gap IS NOT NULL THEN gap
    WHEN count < getvariable('R024_minimum') THEN 'small_population'
    WHEN q1 > 0 AND lower > 0 AND ratio <= lower AND ratio < q1 THEN 'raised' ELSE 'clear'
END AS outcome, ratio AS value, lower AS threshold
FROM tender LEFT JOIN gap_fence USING (grp)
