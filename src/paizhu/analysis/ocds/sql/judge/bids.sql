-- The bids in memory. Moments are compared as moments; texts are, only where both have the same offset.
CREATE OR REPLACE TEMP TABLE bid AS
SELECT rid, ix, b.status, b.amount, b.parties, b.together, b.party AS name,
    key(b.party) AS party, key(b.currency) AS currency,
    CASE WHEN b.status <> 1 THEN false
        WHEN strlen(b.sent_at) = 27 AND strlen(end_at) = 27 AND right(b.sent_at, 7) = right(end_at, 7)
            AND b.sent_at[12] = 'T' AND end_at[12] = 'T' THEN b.sent_at > end_at
        WHEN strlen(b.sent_at) = 12 AND strlen(end_at) = 12 THEN day(b.sent_at) > day(end_at)
        ELSE moment(b.sent_at) > moment(end_at) END AS is_late
FROM (
    SELECT rid, end_at, unnest(bids) AS b, generate_subscripts(bids, 1) AS ix
    FROM counted WHERE NOT cancelled AND NOT is_several
)
