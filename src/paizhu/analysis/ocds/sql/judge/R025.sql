SELECT 'Tenderer' AS kind, NULL::BIGINT AS rid, party, grp, CASE
    WHEN count < getvariable('R025_minimum') THEN 'small_population'
    WHEN bid_in < top OR bid_in < getvariable('R025_processes') THEN 'few_bids'
    WHEN q1 > 0 AND lower > 0 AND wins / bid_in <= lower AND wins / bid_in < q1 THEN 'raised' ELSE 'clear'
END AS outcome, wins / bid_in AS value, lower AS threshold
FROM share JOIN won_fence USING (grp)
WHERE bid_in > 0
