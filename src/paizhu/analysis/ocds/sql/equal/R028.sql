WITH priced AS (
    SELECT rid, unnest(bid_status) AS status, unnest(bid_amount) AS amount,
        unnest(bid_currency) AS currency, unnest(bid_parties) AS parties,
        unnest(bid_party) AS party, generate_subscripts(bid_status, 1) AS ix, bid_all
    FROM counted
    WHERE is_compared AND rid IN (SELECT rid FROM fact WHERE prices > bit_count(price_bits))
),
together AS (
    SELECT rid, amount, currency,
        CASE WHEN parties > 1 THEN list_sort(list_distinct(bid_all[ix])) ELSE [party] END AS parties
    FROM priced
    WHERE status BETWEEN 1 AND 3 AND amount IS NOT NULL AND currency IS NOT NULL
        AND (party IS NOT NULL OR parties > 1)
),
same AS (
    SELECT rid, list(parties) AS parties
    FROM together WHERE len(parties) > 0 GROUP BY rid, amount, currency
    HAVING count(DISTINCT parties) > 1
)
SELECT 'OCID' AS kind, ocid AS who, 1.0 AS value FROM same JOIN counted USING (rid)
UNION ALL
SELECT 'Tenderer', unnest(flatten(parties)), 1.0 FROM same
