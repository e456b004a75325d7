-- Ties that both the declarations and the register name, with suppliers of the post's own department.
WITH ties AS (
    SELECT
        relatives.unit, relatives.post_no, relatives.company_id, posts.department, posts.post_name,
        min(relatives.row_id) AS declared_row, min(companies.row_id) AS register_row
    FROM relatives
    INNER JOIN companies
        ON companies.company_id = relatives.company_id AND companies.holder_key = relatives.relative_key
    INNER JOIN posts ON posts.unit = relatives.unit AND posts.post_no = relatives.post_no
    WHERE relatives.handled IS NULL
    GROUP BY relatives.unit, relatives.post_no, relatives.company_id, posts.department, posts.post_name
),

signed AS (
    SELECT
        ties.unit, ties.post_no, ties.company_id, contracts.supplier, contracts.row_id
    FROM ties
    INNER JOIN contracts
        ON contracts.unit = ties.unit AND contracts.supplier_id = ties.company_id
        AND contracts.department = ties.department
),

totals AS (
    SELECT unit, post_no, company_id, max(supplier) AS supplier, count(*) AS contracts_all
    FROM signed
    GROUP BY unit, post_no, company_id
    HAVING count(*) >= $least_contracts
),

evidence AS (
    SELECT unit, post_no, company_id, 1 AS place, row_id FROM signed
    UNION ALL
    SELECT unit, post_no, company_id, 2 AS place, declared_row AS row_id FROM ties
    UNION ALL
    SELECT unit, post_no, company_id, 3 AS place, register_row AS row_id FROM ties
)

SELECT
    totals.unit, totals.post_no, totals.company_id AS supplier_id, totals.supplier, totals.contracts_all,
    ties.department, coalesce(ties.post_name, '–') AS post_name,
    CAST(totals.contracts_all AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM totals
INNER JOIN ties
    ON ties.unit = totals.unit AND ties.post_no = totals.post_no AND ties.company_id = totals.company_id
INNER JOIN evidence
    ON evidence.unit = totals.unit AND evidence.post_no = totals.post_no
    AND evidence.company_id = totals.company_id
ORDER BY totals.unit, totals.post_no, totals.company_id, evidence.place, evidence.row_id
