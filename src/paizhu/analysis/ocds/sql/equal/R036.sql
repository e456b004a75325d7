WITH tied AS (
    SELECT rid, cur, unnest(bid_status) AS status, unnest(bid_amount) AS amount,
        unnest(bid_currency) AS currency, generate_subscripts(bid_status, 1) AS ix
    FROM counted WHERE rid IN (SELECT rid FROM fact WHERE lowest_out = lowest_in)
),
first AS (
    SELECT rid, status, row_number() OVER (PARTITION BY rid ORDER BY amount, ix) AS place
    FROM tied
    WHERE status BETWEEN 1 AND 3 AND currency = cur AND amount IS NOT NULL
)
SELECT 'OCID' AS kind, ocid AS who, 1.0 AS value
FROM counted JOIN fact USING (rid)
WHERE list_contains(award_status, 1) AND valid_priced > 0
    AND (lowest_out < lowest_in
        OR rid IN (SELECT rid FROM first WHERE place = 1 AND status = 2))
