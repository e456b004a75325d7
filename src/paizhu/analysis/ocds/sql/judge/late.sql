-- Valid bids of suppliers, sent after the deadline or at a moment that cannot be told.
CREATE OR REPLACE TEMP TABLE late AS
SELECT rid, count(*) FILTER (issue & 128 > 0) AS late, count(*) FILTER (issue & 256 > 0) AS unclear
FROM (
    SELECT DISTINCT rid, ix, issue
    FROM (SELECT rid, ix, issue FROM bid WHERE issue & 384 > 0)
    JOIN tenderer USING (rid, ix) SEMI JOIN supplier USING (rid, party)
)
GROUP BY rid
