-- The bids in memory and narrow: names by the hash of their JSON text. Moments are compared as texts.
CREATE OR REPLACE TEMP TABLE offer AS
SELECT rid, ix, is_compared, b.status, b.amount, b.parties, b.together,
    key(b.party) AS party,
    key(b.currency) AS currency,
    b.status = 1 AND CASE WHEN strlen(b.sent_at) = strlen(end_at) THEN b.sent_at > end_at
        ELSE txt(b.sent_at) > txt(end_at) END AS is_late
FROM (
    SELECT rid, is_compared, end_at,
        unnest(bids) AS b, generate_subscripts(bids, 1)::INTEGER AS ix
    FROM counted
)
