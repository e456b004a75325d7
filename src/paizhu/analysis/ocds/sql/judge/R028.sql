SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, CASE
    WHEN same.bids IS NOT NULL THEN 'raised'
    WHEN unbid IS NOT NULL THEN unbid
    WHEN submitted < 2 THEN 'one_bid'
    WHEN priceless + others_priceless > 0 THEN 'price_missing'
    WHEN coinless + others_coinless > 0 THEN 'currency_missing'
    ELSE 'clear'
END) AS outcome, same.bids::DOUBLE AS value, 2.0 AS threshold
FROM tender LEFT JOIN same USING (rid)
