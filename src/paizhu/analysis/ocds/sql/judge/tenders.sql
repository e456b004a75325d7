-- A process and everything found out about it: why it is not judged at all, why its bids say nothing, and
-- how far the second price lies above the winning one, or why nobody can tell (gap).
CREATE OR REPLACE TEMP TABLE tender AS
SELECT * EXCLUDE (won, second, is_mixed, cancelled, is_several, undecided),
    (second - won) / won AS ratio,
    coalesce(unfit, undecided, unbid, CASE
        WHEN issues & 2 > 0 THEN 'price_missing'
        WHEN won IS NULL THEN 'winner_bid_missing'
        WHEN second IS NULL THEN 'one_tenderer'
        WHEN issues & 4 > 0 THEN 'zero_price'
        WHEN issues & 8 > 0 THEN 'currency_missing'
        WHEN is_mixed THEN 'several_currencies'
        WHEN second < won THEN 'not_the_lowest'
    END) AS gap
FROM (
    SELECT process.*, fact.* EXCLUDE (rid, prices, price_bits), is_final, active, winner,
        lowest_out, lowest_in, is_mixed, are_mixed, same.bids AS same_bids, late, unclear, others,
        CASE WHEN cancelled THEN 'cancelled' WHEN is_several THEN 'several_releases' END AS unfit,
        CASE
            WHEN NOT has_awards OR is_final IS NULL THEN 'no_award'
            WHEN NOT is_final THEN 'award_open'
            WHEN active = 0 THEN 'no_active_award'
            WHEN active > 1 THEN 'several_awards'
            WHEN winner IS NULL THEN 'several_suppliers'
        END AS undecided,
        CASE
            WHEN issues IS NULL THEN 'no_bids' WHEN issues & 1 > 0 THEN 'bid_status_missing'
        END AS unbid
    FROM process LEFT JOIN fact USING (rid)
    LEFT JOIN (SELECT rid, is_final, active, winner FROM outcome) USING (rid)
    LEFT JOIN same USING (rid) LEFT JOIN late USING (rid)
    LEFT JOIN (SELECT rid, others FROM alone) USING (rid)
    LEFT JOIN (SELECT rid, lowest_out, lowest_in FROM sifted) USING (rid) LEFT JOIN mixed USING (rid)
);

DROP TABLE fact;

DROP TABLE sifted;

DROP TABLE mixed
