WITH flagged AS (SELECT rid, ratio FROM ratio WHERE ratio <= getvariable('R024_fence')),
priced AS (
    SELECT rid, winner, cur, unnest(bid_status) AS status, unnest(bid_amount) AS amount,
        unnest(bid_currency) AS currency, unnest(bid_parties) AS parties, unnest(bid_party) AS party,
        generate_subscripts(bid_status, 1) AS ix
    FROM counted SEMI JOIN flagged USING (rid)
),
second AS (
    SELECT rid, winner, party,
        row_number() OVER (PARTITION BY rid ORDER BY amount, ix) AS place
    FROM priced
    WHERE status = 1 AND parties = 1 AND party <> winner AND currency = cur AND amount IS NOT NULL
)
SELECT 'OCID' AS kind, ocid AS who, ratio AS value FROM flagged JOIN counted USING (rid)
UNION ALL
SELECT 'Tenderer', unnest([winner, party]), 0.0 FROM second WHERE place = 1
