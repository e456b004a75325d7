-- Awards whose first contract was signed more days later than allowed.
WITH signed AS (
    SELECT
        unit, project_no, coalesce(supplier_id, supplier) AS supplier_key, min(signed_date) AS signed_date,
        min(row_id) AS row_id
    FROM contracts
    GROUP BY unit, project_no, coalesce(supplier_id, supplier)
),

late AS (
    SELECT
        awards.unit, awards.project_no, signed.supplier_key, awards.supplier, awards.award_date,
        signed.signed_date, awards.row_id AS award_row, signed.row_id AS contract_row
    FROM awards
    INNER JOIN signed
        ON signed.unit = awards.unit AND signed.project_no = awards.project_no
        AND signed.supplier_key = coalesce(awards.supplier_id, awards.supplier)
    WHERE date_diff('day', awards.award_date, signed.signed_date) > awards.most_days
),

evidence AS (
    SELECT unit, project_no, supplier_key, 1 AS place, award_row AS row_id FROM late
    UNION ALL
    SELECT unit, project_no, supplier_key, 2 AS place, contract_row AS row_id FROM late
)

SELECT
    late.unit, late.project_no, late.supplier_key, late.supplier, late.project_no AS subject, late.award_date,
    late.signed_date, date_diff('day', late.award_date, late.signed_date) AS days,
    CAST(date_diff('day', late.award_date, late.signed_date) AS DECIMAL(19, 4)) AS value, evidence.row_id
FROM late
INNER JOIN evidence
    ON evidence.unit = late.unit AND evidence.project_no = late.project_no
    AND evidence.supplier_key = late.supplier_key
ORDER BY late.unit, late.project_no, late.supplier_key, evidence.place
