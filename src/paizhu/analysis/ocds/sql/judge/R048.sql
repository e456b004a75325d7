SELECT 'Tenderer' AS kind, NULL::BIGINT AS rid, party, grp, CASE
    WHEN processes < getvariable('R048_processes') THEN 'few_processes'
    WHEN count < getvariable('R048_minimum') THEN 'small_population'
    WHEN classes >= upper AND classes > q3 THEN 'raised' ELSE 'clear'
END AS outcome, classes::DOUBLE AS value, upper AS threshold
FROM variety LEFT JOIN variety_fence USING (grp)
