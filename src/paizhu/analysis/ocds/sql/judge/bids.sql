-- The bids in memory.
--
-- issue says what is wrong with a bid, in bits: 1 no status; of a valid bid 2 no price, 4 nothing as a
-- price, 8 no currency; of another submitted bid 16, 32, 64 likewise; 128 late, 256 perhaps late.
-- has_won is told of a valid bid made alone, where one supplier has won.
CREATE OR REPLACE TEMP TABLE bid AS
SELECT * EXCLUDE (is_late, lack), CASE status
    WHEN 0 THEN 1
    WHEN 1 THEN lack + CASE WHEN is_late THEN 128 WHEN is_late IS NULL THEN 256 ELSE 0 END
    WHEN 2 THEN lack * 8 WHEN 3 THEN lack * 8 ELSE 0 END::SMALLINT AS issue
FROM (
    SELECT rid, ix, b.status, b.amount, b.parties, b.together,
        key(b.party) AS party, key(b.currency) AS currency,
        CASE WHEN b.status = 1 AND b.parties = 1 THEN key(b.party) = winner END AS has_won,
        CASE WHEN b.amount IS NULL THEN 2 WHEN b.amount <= 0 THEN 4
            WHEN b.currency IS NULL THEN 8 ELSE 0 END AS lack,
        CASE WHEN b.status <> 1 THEN false ELSE late(b, end_at, zone) END AS is_late
    FROM (
        -- zone in a query of its own: what stands beside an unnest is found once for every bid.
        SELECT rid, end_at, zone, winner, unnest(bids) AS b, generate_subscripts(bids, 1)::INTEGER AS ix
        FROM (
            SELECT rid, end_at, bids, winner, zone_of(end_at) AS zone
            FROM counted LEFT JOIN (SELECT rid, winner FROM outcome WHERE winner IS NOT NULL) USING (rid)
            WHERE NOT cancelled AND NOT is_several
        )
    )
)
