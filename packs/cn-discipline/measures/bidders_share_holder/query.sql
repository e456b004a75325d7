-- Two bidders of one project with a common holder or officer, or of which one holds the other.
WITH ties AS (
    SELECT company_id, 'person:' || holder_key AS holder, min(row_id) AS row_id
    FROM companies
    WHERE holder_key IS NOT NULL
    GROUP BY company_id, holder_key
    UNION ALL
    SELECT company_id, 'company:' || holder_id AS holder, min(row_id) AS row_id
    FROM companies
    WHERE holder_id IS NOT NULL
    GROUP BY company_id, holder_id
    UNION ALL
    -- A company counts as tied to itself, so that one holding the other is found the same way.
    SELECT company_id, 'company:' || company_id AS holder, min(row_id) AS row_id
    FROM companies
    GROUP BY company_id
),

narrow AS (
    SELECT holder FROM ties GROUP BY holder HAVING count(DISTINCT company_id) BETWEEN 2 AND $hub
),

bidders AS (
    SELECT
        bids.unit, bids.project_no, bids.supplier_id, ties.holder, max(bids.supplier) AS supplier,
        min(bids.row_id) AS bid_row, min(ties.row_id) AS tie_row
    FROM bids
    INNER JOIN ties ON ties.company_id = bids.supplier_id
    INNER JOIN narrow ON narrow.holder = ties.holder
    GROUP BY bids.unit, bids.project_no, bids.supplier_id, ties.holder
),

pairs AS (
    SELECT
        one.unit, one.project_no, one.supplier_id AS one_id, other.supplier_id AS other_id,
        max(one.supplier) AS one, max(other.supplier) AS other,
        min(one.bid_row) AS one_bid, min(other.bid_row) AS other_bid,
        min(one.tie_row) AS one_tie, min(other.tie_row) AS other_tie
    FROM bidders AS one
    INNER JOIN bidders AS other
        ON other.unit = one.unit AND other.project_no = one.project_no
        AND other.holder = one.holder AND other.supplier_id > one.supplier_id
    GROUP BY one.unit, one.project_no, one.supplier_id, other.supplier_id
),

evidence AS (
    SELECT unit, project_no, one_id, other_id, 1 AS place, one_bid AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 2 AS place, other_bid AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 3 AS place, one_tie AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 4 AS place, other_tie AS row_id FROM pairs
)

SELECT
    pairs.unit, pairs.project_no, pairs.one_id, pairs.other_id, pairs.one, pairs.other,
    CAST(2 AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM pairs
INNER JOIN evidence
    ON evidence.unit = pairs.unit AND evidence.project_no = pairs.project_no
    AND evidence.one_id = pairs.one_id AND evidence.other_id = pairs.other_id
ORDER BY pairs.unit, pairs.project_no, pairs.one_id, pairs.other_id, evidence.place
