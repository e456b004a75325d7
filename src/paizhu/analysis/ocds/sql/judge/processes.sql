-- The processes. One named several times in one load cannot be judged: nobody says which release is
-- right. grp is the population: method and category.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT key(ocid) AS ocid FROM line WHERE ocid IS NOT NULL GROUP BY ALL HAVING count(*) > 1;

CREATE OR REPLACE TEMP VIEW counted AS
SELECT line.*, repeated.ocid IS NOT NULL AS is_several
FROM line LEFT JOIN repeated ON key(line.ocid) = repeated.ocid
WHERE line.ocid IS NOT NULL;

CREATE OR REPLACE TEMP TABLE process AS
SELECT rid, hash(method, category) AS grp, cancelled, is_several, txt(method) AS method, tenderers,
    key(buyer) AS buyer, key(entity) AS entity,
    start_at IS NOT NULL AND end_at IS NOT NULL AS has_period,
    coalesce((epoch_us(moment(end_at)) - epoch_us(moment(start_at))) / 86400000000,
        date_diff('day', day(start_at), day(end_at))) AS days,
    end_at IS NOT NULL AS has_end, bids IS NOT NULL AS has_bids, awards IS NOT NULL AS has_awards
FROM counted;

CREATE OR REPLACE TEMP TABLE population AS
SELECT hash(method, category) AS grp, txt(method) AS method, txt(category) AS category, count(*) AS processes
FROM counted GROUP BY method, category
