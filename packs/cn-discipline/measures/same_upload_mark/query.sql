-- Bids of different bidders in one project that carry the same mark.
WITH entries AS (
    SELECT
        row_id, unit, project_no, supplier, upload_key,
        coalesce(supplier_id, supplier) AS bidder
    FROM bids
),

shared AS (
    SELECT
        unit, project_no, upload_key, count(DISTINCT bidder) AS bidders, min(supplier) AS one, max(supplier) AS other
    FROM entries
    GROUP BY unit, project_no, upload_key
    HAVING count(DISTINCT bidder) >= $least_bidders
)

SELECT
    shared.unit, shared.project_no, shared.upload_key, shared.bidders, shared.one, shared.other,
    CAST(shared.bidders AS DECIMAL(19, 4)) AS value, entries.row_id
FROM shared
INNER JOIN entries
    ON entries.unit = shared.unit AND entries.project_no = shared.project_no
    AND entries.upload_key = shared.upload_key
ORDER BY shared.unit, shared.project_no, shared.upload_key, entries.row_id
