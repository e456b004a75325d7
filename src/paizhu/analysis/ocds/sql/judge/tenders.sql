-- A process and everything found out about it: why it is not judged at all, why nobody has won it alone,
-- and why its bids say nothing.
CREATE OR REPLACE TEMP TABLE tender AS
SELECT process.*, fact.* EXCLUDE (rid), outcome.is_final, outcome.active,
    CASE WHEN cancelled THEN 'cancelled' WHEN is_several THEN 'several_releases' END AS unfit,
    CASE
        WHEN NOT has_awards OR is_final IS NULL THEN 'no_award'
        WHEN NOT is_final THEN 'award_open'
        WHEN active = 0 THEN 'no_active_award'
        WHEN active > 1 THEN 'several_awards'
        WHEN winner IS NULL THEN 'several_suppliers'
    END AS undecided,
    CASE WHEN issues IS NULL THEN 'no_bids' WHEN issues & 1 > 0 THEN 'bid_status_missing' END AS unbid
FROM process LEFT JOIN fact USING (rid) LEFT JOIN outcome USING (rid);

DROP TABLE process;

CREATE OR REPLACE TEMP TABLE gap AS
SELECT rid, grp, (second - won) / won AS ratio, coalesce(unfit, undecided, unbid, CASE
    WHEN issues & 2 > 0 THEN 'price_missing'
    WHEN won IS NULL THEN 'winner_bid_missing'
    WHEN second IS NULL THEN 'one_tenderer'
    WHEN issues & 4 > 0 THEN 'zero_price'
    WHEN issues & 8 > 0 THEN 'currency_missing'
    WHEN is_mixed THEN 'several_currencies'
    WHEN second < won THEN 'not_the_lowest'
END) AS reason
FROM tender;

CREATE OR REPLACE TEMP TABLE gap_fence AS
SELECT grp, len(l) AS count, quantile8(l, 0.25) AS q1, quantile8(l, 0.75) AS q3,
    q1 - getvariable('reach') * (q3 - q1) AS lower, q3 + getvariable('reach') * (q3 - q1) AS upper
FROM (SELECT grp, list_sort(list(ratio)) AS l FROM gap WHERE reason IS NULL GROUP BY grp)
