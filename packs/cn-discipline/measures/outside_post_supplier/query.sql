-- Contracts with organizations in which an outside post without approval was held at the time.
WITH ties AS (
    SELECT
        outside_posts.unit, outside_posts.post_no, outside_posts.company_id, outside_posts.row_id AS declared_row,
        contracts.supplier, contracts.row_id
    FROM outside_posts
    INNER JOIN contracts
        ON contracts.unit = outside_posts.unit AND contracts.supplier_id = outside_posts.company_id
        AND contracts.signed_date >= outside_posts.since_date
        AND (outside_posts.until_date IS NULL OR contracts.signed_date <= outside_posts.until_date)
    WHERE outside_posts.approval_no IS NULL
),

totals AS (
    SELECT unit, post_no, company_id, max(supplier) AS supplier, count(DISTINCT row_id) AS contracts_all
    FROM ties
    GROUP BY unit, post_no, company_id
    HAVING count(DISTINCT row_id) >= $least_contracts
),

evidence AS (
    SELECT DISTINCT unit, post_no, company_id, 1 AS place, declared_row AS row_id FROM ties
    UNION ALL
    SELECT DISTINCT unit, post_no, company_id, 2 AS place, row_id FROM ties
)

SELECT
    totals.unit, totals.post_no, totals.company_id AS supplier_id, totals.supplier, totals.contracts_all,
    CAST(totals.contracts_all AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM totals
INNER JOIN evidence
    ON evidence.unit = totals.unit AND evidence.post_no = totals.post_no
    AND evidence.company_id = totals.company_id
ORDER BY totals.unit, totals.post_no, totals.company_id, evidence.place, evidence.row_id
