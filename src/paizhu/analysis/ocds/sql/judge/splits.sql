-- Awards below the line for an open tender, put together as the statute does: one buyer, one fiscal
-- year, one budget project (as far as stated), one class of goods, other than by open tender.
CREATE OR REPLACE TEMP TABLE below AS
SELECT rid, ix, buyer, project, class, left(awarded_on, 4) AS year, amount, CASE
    WHEN unfit IS NOT NULL THEN unfit
    WHEN status <> 1 THEN 'no_active_award'
    WHEN method IS NULL AND method_details IS NULL THEN 'method_missing'
    WHEN method = 'open' OR contains(method_details, '公开招标') THEN 'open_tender'
    WHEN buyer IS NULL THEN 'buyer_missing'
    WHEN amount IS NULL THEN 'price_missing'
    WHEN currency IS NULL THEN 'currency_missing'
    WHEN txt(currency) <> getvariable('R055_currency') THEN 'other_currency'
    WHEN amount <= 0 THEN 'zero_price'
    WHEN amount >= getvariable('R055_line') THEN 'above_the_line'
    WHEN TRY_CAST(awarded_on AS DATE) IS NULL THEN 'award_date_missing'
    WHEN class IS NULL THEN 'class_missing'
END AS reason
FROM (
    SELECT award.rid, award.ix, award.status, award.amount, award.currency, tender.unfit,
        tender.method, tender.buyer, key(counted.project) AS project,
        txt(counted.method_details) AS method_details, substring(award.awarded_at, 2, 10) AS awarded_on,
        unnest(CASE WHEN len(counted.items[award.ix]) > 0 THEN list_distinct([
            left(txt(i.classification.id), getvariable('R055_digits')) FOR i IN counted.items[award.ix]
        ]) ELSE [NULL] END) AS class
    FROM award JOIN tender USING (rid) JOIN counted USING (rid)
    WHERE tender.method IS NULL OR tender.method <> 'open'
);

CREATE OR REPLACE TEMP TABLE split AS
SELECT hash(buyer, project, class, year) AS id, buyer, class, year, sum(amount) AS total,
    list_sort(list(DISTINCT rid)) AS rids
FROM below WHERE reason IS NULL
GROUP BY buyer, project, class, year
HAVING count(DISTINCT rid) > 1 AND sum(amount) >= getvariable('R055_line')
