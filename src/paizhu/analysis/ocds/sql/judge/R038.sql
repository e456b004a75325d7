SELECT kind, NULL::BIGINT AS rid, party, grp, CASE
    WHEN processes < getvariable('R038_processes') THEN 'few_processes'
    WHEN count < getvariable('R038_minimum') THEN 'small_population'
    WHEN upper > 0 AND share >= upper AND share > q3 THEN 'raised' ELSE 'clear'
END AS outcome, share AS value, upper AS threshold
FROM share LEFT JOIN share_fence USING (kind, grp)
WHERE processes > 0
