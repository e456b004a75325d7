-- Two bidders of one project whose entries in the register share a contact or an address.
WITH entries AS (
    SELECT company_id, max(company) AS company, max(contact_key) AS contact, max(address) AS address, min(row_id) AS row_id
    FROM companies
    GROUP BY company_id
),

marks AS (
    SELECT company_id, row_id, 'contact' AS ground, contact AS mark FROM entries WHERE contact IS NOT NULL
    UNION ALL
    SELECT company_id, row_id, 'address' AS ground, replace(address, ' ', '') AS mark
    FROM entries
    WHERE length(replace(address, ' ', '')) >= 6
),

narrow AS (
    SELECT ground, mark FROM marks GROUP BY ground, mark HAVING count(*) BETWEEN 2 AND $hub
),

bidders AS (
    SELECT
        bids.unit, bids.project_no, bids.supplier_id, max(bids.supplier) AS supplier, min(bids.row_id) AS row_id,
        marks.row_id AS company_row, marks.ground, marks.mark
    FROM bids
    INNER JOIN marks ON marks.company_id = bids.supplier_id
    INNER JOIN narrow ON narrow.ground = marks.ground AND narrow.mark = marks.mark
    GROUP BY bids.unit, bids.project_no, bids.supplier_id, marks.row_id, marks.ground, marks.mark
),

pairs AS (
    SELECT
        one.unit, one.project_no, one.supplier_id AS one_id, other.supplier_id AS other_id,
        max(one.supplier) AS one, max(other.supplier) AS other, max(one.ground) AS ground,
        min(one.row_id) AS one_bid, min(other.row_id) AS other_bid,
        min(one.company_row) AS one_company, min(other.company_row) AS other_company
    FROM bidders AS one
    INNER JOIN bidders AS other
        ON other.unit = one.unit AND other.project_no = one.project_no
        AND other.ground = one.ground AND other.mark = one.mark AND other.supplier_id > one.supplier_id
    GROUP BY one.unit, one.project_no, one.supplier_id, other.supplier_id
),

evidence AS (
    SELECT unit, project_no, one_id, other_id, 1 AS place, one_bid AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 2 AS place, other_bid AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 3 AS place, one_company AS row_id FROM pairs
    UNION ALL
    SELECT unit, project_no, one_id, other_id, 4 AS place, other_company AS row_id FROM pairs
)

SELECT
    pairs.unit, pairs.project_no, pairs.one_id, pairs.other_id, pairs.one, pairs.other, pairs.ground,
    CAST(2 AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM pairs
INNER JOIN evidence
    ON evidence.unit = pairs.unit AND evidence.project_no = pairs.project_no
    AND evidence.one_id = pairs.one_id AND evidence.other_id = pairs.other_id
ORDER BY pairs.unit, pairs.project_no, pairs.one_id, pairs.other_id, evidence.place
