-- Awards below the line for an open tender, put together as the statute does: one buyer, one fiscal
-- year, one budget project (as far as stated), one class of goods, other than by open tender.
CREATE OR REPLACE TEMP TABLE below AS
SELECT award.rid, award.ix, tender.buyer, award.amount, left(awarded_on, 4) AS year,
    tender.method, tender.has_details, tender.says_open, tender.project,
    coalesce(unfit, CASE
        WHEN award.status <> 1 THEN 'no_active_award'
        WHEN tender.buyer IS NULL THEN 'buyer_missing'
        WHEN award.amount IS NULL THEN 'price_missing'
        WHEN award.currency IS NULL THEN 'currency_missing'
        WHEN award.currency <> key(getvariable('R055_coin')) THEN 'other_currency'
        WHEN award.amount <= 0 THEN 'zero_price'
        WHEN award.amount >= getvariable('R055_line') THEN 'above_the_line'
        WHEN TRY_CAST(awarded_on AS DATE) IS NULL THEN 'award_date_missing'
    END) AS reason
FROM award JOIN tender USING (rid)
WHERE tender.method IS NULL OR tender.method <> 'open';

CREATE OR REPLACE TEMP TABLE bought AS
SELECT rid, ix, buyer, amount, year, project, class, CASE
    WHEN method IS NULL AND NOT has_details THEN 'method_missing'
    WHEN says_open THEN 'open_tender'
    WHEN class IS NULL THEN 'class_missing'
END AS reason
FROM below LEFT JOIN (
    SELECT DISTINCT rid, ix, cut(class, getvariable('R055_digits')) AS class
    FROM (
        SELECT rid, ix, unnest(classes) AS class
        FROM award SEMI JOIN (SELECT rid, ix FROM below WHERE reason IS NULL) USING (rid, ix)
    )
    WHERE class IS NOT NULL
) USING (rid, ix)
WHERE below.reason IS NULL;

-- Rounded to far below the smallest coin: in what order the rows come is in the last bits of a sum, and must
-- not decide whether the line is reached.
--
-- The processes are listed only of what reaches it.
CREATE OR REPLACE TEMP TABLE split AS
WITH reached AS MATERIALIZED (
    SELECT buyer, project, class, year, round(fsum(amount), 4) AS total
    FROM bought WHERE reason IS NULL
    GROUP BY buyer, project, class, year
    HAVING min(rid) < max(rid) AND round(fsum(amount), 4) >= getvariable('R055_line')
)
SELECT hash(buyer, project, class, year) AS id, buyer, class, year, any_value(total) AS total,
    list_sort(list(DISTINCT rid)) AS rids
FROM (
    SELECT reached.*, rid
    FROM bought JOIN reached ON bought.buyer = reached.buyer AND bought.class = reached.class
        AND bought.year = reached.year AND bought.project IS NOT DISTINCT FROM reached.project
    WHERE reason IS NULL
)
GROUP BY buyer, project, class, year
