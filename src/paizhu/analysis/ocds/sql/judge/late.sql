-- Valid bids of suppliers, sent after the deadline (true) or at a moment that cannot be told (unknown).
CREATE OR REPLACE TEMP TABLE late AS
SELECT rid, count(*) FILTER (is_late) AS late, count(*) FILTER (is_late IS NULL) AS unclear
FROM (
    SELECT DISTINCT rid, ix, bid.is_late
    FROM (SELECT rid, ix, party FROM tenderer SEMI JOIN supplier USING (rid, party))
    JOIN bid USING (rid, ix)
    WHERE bid.status = 1 AND (bid.is_late OR bid.is_late IS NULL)
)
GROUP BY rid
