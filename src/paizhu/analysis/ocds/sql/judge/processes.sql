-- The processes. grp is the population: method and category.
CREATE OR REPLACE TEMP VIEW process AS
SELECT rid, hash(method, category) AS grp, cancelled, is_several, txt(method) AS method, tenderers,
    key(buyer) AS buyer, key(entity) AS entity,
    start_at IS NOT NULL AND end_at IS NOT NULL AS has_period,
    coalesce((epoch_us(moment(end_at)) - epoch_us(moment(start_at))) / 86400000000,
        date_diff('day', day(start_at), day(end_at))) AS days,
    end_at IS NOT NULL AS has_end, awards IS NOT NULL AS has_awards,
    key(project) AS project, method_details IS NOT NULL AS has_details,
    -- As JSON writes these words they stand for themselves.
    contains(method_details, '公开招标') AS says_open
FROM counted;

CREATE OR REPLACE TEMP TABLE population AS
SELECT hash(method, category) AS grp, txt(method) AS method, txt(category) AS category, count(*) AS processes
FROM counted GROUP BY method, category
