SELECT 'Tenderer' AS kind, NULL::BIGINT AS rid, party, grp, CASE
    WHEN count < getvariable('R025_minimum') THEN 'small_population'
    WHEN processes < top OR processes < getvariable('R025_processes') THEN 'few_bids'
    WHEN q1 > 0 AND lower > 0 AND wins / processes <= lower AND wins / processes < q1 THEN 'raised' ELSE 'clear'
END AS outcome, wins / processes AS value, lower AS threshold
FROM won JOIN won_fence USING (grp)
