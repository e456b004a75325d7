-- Suppliers most of whose invoices to the unit carry the number after the one before.
WITH numbered AS (
    SELECT DISTINCT
        unit, coalesce(supplier_id, supplier) AS supplier_key, coalesce(invoice_code, '') AS invoice_code,
        TRY_CAST(invoice_no AS DECIMAL(24, 0)) AS number_
    FROM invoices
    WHERE amount > 0
),

steps AS (
    SELECT
        unit, supplier_key, invoice_code, number_,
        number_ - lag(number_) OVER (PARTITION BY unit, supplier_key, invoice_code ORDER BY number_) AS step
    FROM numbered
    WHERE number_ IS NOT NULL
),

runs AS (
    SELECT
        unit, supplier_key, invoice_code, count(*) AS invoices_all,
        sum(CASE WHEN step = 1 THEN 1 ELSE 0 END) AS in_sequence
    FROM steps
    GROUP BY unit, supplier_key, invoice_code
    HAVING count(*) >= $least_invoices AND sum(CASE WHEN step = 1 THEN 1 ELSE 0 END) >= (count(*) - 1) * $share
),

spans AS (
    SELECT
        unit, coalesce(supplier_id, supplier) AS supplier_key, coalesce(invoice_code, '') AS invoice_code,
        max(supplier) AS subject, min(claimed_date) AS first_date, max(claimed_date) AS last_date
    FROM invoices
    WHERE amount > 0
    GROUP BY unit, coalesce(supplier_id, supplier), coalesce(invoice_code, '')
)

SELECT
    runs.unit, runs.supplier_key, runs.invoice_code, spans.subject, spans.first_date, spans.last_date,
    runs.invoices_all, CAST(runs.in_sequence AS BIGINT) AS in_sequence,
    CAST(runs.in_sequence AS DECIMAL(19, 4)) AS value, invoices.row_id
FROM runs
INNER JOIN spans
    ON spans.unit = runs.unit AND spans.supplier_key = runs.supplier_key
    AND spans.invoice_code = runs.invoice_code
INNER JOIN invoices
    ON invoices.unit = runs.unit AND coalesce(invoices.supplier_id, invoices.supplier) = runs.supplier_key
    AND coalesce(invoices.invoice_code, '') = runs.invoice_code AND invoices.amount > 0
WHERE date_diff('day', spans.first_date, spans.last_date) >= $days
ORDER BY runs.unit, runs.supplier_key, runs.invoice_code, invoices.row_id
