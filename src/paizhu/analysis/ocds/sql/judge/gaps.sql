-- How far the second price lies above the winning one, or why nobody can tell.
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
