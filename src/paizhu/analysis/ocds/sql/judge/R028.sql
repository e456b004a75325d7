SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, CASE
    WHEN same_bids IS NOT NULL THEN 'raised'
    WHEN unbid IS NOT NULL THEN unbid
    WHEN submitted < 2 THEN 'one_bid'
    WHEN issues & 18 > 0 THEN 'price_missing'
    WHEN issues & 72 > 0 THEN 'currency_missing'
    ELSE 'clear'
END) AS outcome, same_bids::DOUBLE AS value, 2.0 AS threshold
FROM tender
