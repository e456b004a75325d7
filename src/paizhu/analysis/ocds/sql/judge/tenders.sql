-- A process and everything found out about it: why it is not judged at all, why nobody has won it alone,
-- and why its bids say nothing.
CREATE OR REPLACE TEMP TABLE tender AS
SELECT process.*, fact.* EXCLUDE (rid), outcome.is_final, outcome.active, outcome.winner,
    lowest_out, lowest_in, is_mixed, are_mixed, same.bids AS same_bids, late.late, late.unclear, alone.others,
    CASE WHEN cancelled THEN 'cancelled' WHEN is_several THEN 'several_releases' END AS unfit,
    CASE
        WHEN NOT has_awards OR is_final IS NULL THEN 'no_award'
        WHEN NOT is_final THEN 'award_open'
        WHEN active = 0 THEN 'no_active_award'
        WHEN active > 1 THEN 'several_awards'
        WHEN outcome.winner IS NULL THEN 'several_suppliers'
    END AS undecided,
    CASE WHEN issues IS NULL THEN 'no_bids' WHEN issues & 1 > 0 THEN 'bid_status_missing' END AS unbid
FROM process LEFT JOIN fact USING (rid) LEFT JOIN outcome USING (rid) LEFT JOIN same USING (rid)
LEFT JOIN late USING (rid) LEFT JOIN alone USING (rid) LEFT JOIN sifted USING (rid)
LEFT JOIN mixed USING (rid);

DROP TABLE fact;

DROP TABLE sifted;

DROP TABLE mixed
