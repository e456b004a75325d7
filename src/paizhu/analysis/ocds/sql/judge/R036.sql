SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, unbid, CASE
    WHEN is_final IS NULL THEN 'no_award'
    WHEN active = 0 AND NOT is_final THEN 'award_open'
    WHEN active = 0 THEN 'no_active_award'
    WHEN disqualified = 0 THEN 'clear'
    WHEN issues & 18 > 0 THEN 'price_missing'
    WHEN issues & 36 > 0 THEN 'zero_price'
    WHEN issues & 72 > 0 THEN 'currency_missing'
    WHEN are_mixed THEN 'several_currencies'
    WHEN lowest_in IS NULL THEN 'no_valid_bid'
    WHEN lowest_out < lowest_in THEN 'raised' ELSE 'clear'
END) AS outcome, (lowest_in - lowest_out) / lowest_in AS value, 0.0 AS threshold
FROM tender
