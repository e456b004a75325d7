-- Bids of different tenderers with one price in one currency.
CREATE OR REPLACE TEMP TABLE same AS
WITH together AS (
    SELECT rid, ix, list_sort(list(party)) AS parties FROM (
        SELECT DISTINCT rid, ix, party FROM tenderer SEMI JOIN other USING (rid, ix)
    ) GROUP BY rid, ix
),
maybe AS MATERIALIZED (
    SELECT rid, ix, amount, currency, party FROM bid
    SEMI JOIN (SELECT rid FROM fact WHERE prices > bit_count(price_bits)) USING (rid)
    WHERE status BETWEEN 1 AND 3 AND amount > 0 AND currency IS NOT NULL
),
priced AS (
    SELECT rid, amount, currency, coalesce(together.parties, [party]) AS parties
    FROM maybe
    SEMI JOIN (SELECT rid, amount FROM maybe GROUP BY rid, amount HAVING count(*) > 1) USING (rid, amount)
    LEFT JOIN together USING (rid, ix)
    WHERE together.parties IS NOT NULL OR party IS NOT NULL
)
SELECT rid, max(bids) AS bids FROM (
    SELECT rid, count(*) AS bids FROM priced GROUP BY rid, amount, currency
    HAVING count(*) > 1 AND min(parties) <> max(parties)
) GROUP BY rid
