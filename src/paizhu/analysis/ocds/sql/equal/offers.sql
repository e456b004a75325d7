-- The bids in memory and narrow: names by the hash of their JSON text. Moments are compared as texts.
CREATE OR REPLACE TEMP TABLE offer AS
SELECT rid, ix, is_compared, b.status, b.amount, b.parties, b.together,
    key(b.party) AS party,
    key(b.currency) AS currency,
    b.status = 1 AND late_text(b, end_at) AS is_late
FROM (
    SELECT rid, is_compared, end_at,
        unnest(bids) AS b, generate_subscripts(bids, 1)::INTEGER AS ix
    FROM counted
)
