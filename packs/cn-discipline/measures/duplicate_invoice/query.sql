-- Invoices that stand in more than one claim and were not taken back. Amounts are compared within one
-- currency; rows that do not say theirs are compared among themselves.
WITH marked AS (
    SELECT
        row_id, unit, supplier, amount, currency, coalesce(currency, '') AS currency_key,
        coalesce(supplier_id, supplier) AS supplier_key,
        coalesce(claim_no, row_id) AS claim,
        upper(replace(replace(coalesce(invoice_code, '') || '-' || invoice_no, ' ', ''), '－', '-')) AS invoice_mark
    FROM invoices
),

totals AS (
    SELECT
        unit, supplier_key, invoice_mark, currency_key, max(currency) AS currency, max(supplier) AS subject,
        max(amount) AS value,
        count(DISTINCT CASE WHEN amount > 0 THEN claim END) AS claims
    FROM marked
    GROUP BY unit, supplier_key, invoice_mark, currency_key
    -- What was taken back leaves one amount.
    HAVING count(DISTINCT CASE WHEN amount > 0 THEN claim END) >= $least_claims AND sum(amount) > max(amount) * 1.5
)

SELECT
    totals.unit, totals.supplier_key, totals.invoice_mark, totals.currency, totals.subject, totals.claims,
    CAST(totals.value AS DECIMAL(19, 4)) AS value, marked.row_id
FROM totals
INNER JOIN marked
    ON marked.unit = totals.unit AND marked.supplier_key = totals.supplier_key
    AND marked.invoice_mark = totals.invoice_mark AND marked.currency_key = totals.currency_key
ORDER BY totals.unit, totals.supplier_key, totals.invoice_mark, totals.currency_key, marked.row_id
