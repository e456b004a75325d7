-- Every tenderer of every bid, also those who bid together.
CREATE OR REPLACE TEMP VIEW tenderer AS
SELECT rid, winner, unnest(bid_status) AS status, unnest(bid_parties) AS parties, unnest(bid_party) AS party
FROM counted
UNION ALL
SELECT rid, winner, status, parties, unnest(others[2:]) AS party
FROM (
    SELECT rid, winner, unnest(bid_status) AS status, unnest(bid_parties) AS parties,
        unnest(bid_all) AS others
    FROM counted WHERE bid_all IS NOT NULL
)
WHERE parties > 1
