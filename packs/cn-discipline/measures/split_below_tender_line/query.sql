-- Purchases of one unit, each below the tender line and together at or above it, close in time.
-- `purchases` holds only rows that can be judged; `tender_line` is the line on the day of signing.
WITH below AS (
    SELECT
        row_id, unit, supplier, item_class, signed_date, amount, currency, tender_line,
        -- A registration number given once for a supplier's name counts for all its rows.
        coalesce(supplier_id, max(supplier_id) OVER (PARTITION BY supplier), supplier) AS supplier_key
    FROM purchases
    WHERE amount < tender_line
        AND NOT (
            coalesce(lower(method), '') LIKE '%公开招标%'
            OR coalesce(lower(method), '') LIKE '%open tender%'
            OR coalesce(lower(method), '') LIKE '%open procedure%'
            OR coalesce(lower(method), '') LIKE '%concurso público%'
        )
),

grounds AS (
    SELECT
        row_id, unit, supplier_key, signed_date, amount, currency, tender_line,
        'supplier' AS ground, supplier_key AS subject_key, supplier AS subject
    FROM below
    WHERE amount >= tender_line * $supplier_share
    UNION ALL
    SELECT
        row_id, unit, supplier_key, signed_date, amount, currency, tender_line,
        'item_class' AS ground, item_class AS subject_key, item_class AS subject
    FROM below
    WHERE amount >= tender_line * $class_share AND item_class IS NOT NULL
),

-- Each purchase opens a span; the span is kept when what lies in it reaches the line.
spans AS (
    SELECT
        opening.unit, opening.ground, opening.subject_key, opening.row_id,
        opening.signed_date AS first_date, max(within.signed_date) AS last_date
    FROM grounds AS opening
    INNER JOIN grounds AS within
        ON within.unit = opening.unit
        AND within.ground = opening.ground
        AND within.subject_key = opening.subject_key
        AND within.signed_date >= opening.signed_date
        AND date_diff('day', opening.signed_date, within.signed_date) <= $days
    GROUP BY
        opening.unit, opening.ground, opening.subject_key, opening.row_id, opening.signed_date
    HAVING count(*) >= 2
        AND sum(within.amount) >= max(within.tender_line)
        AND (opening.ground = 'supplier' OR count(DISTINCT within.supplier_key) >= 2)
),

-- Spans that overlap are one finding: a new one starts where no earlier span reaches.
marked AS (
    SELECT
        unit, ground, subject_key, row_id, first_date, last_date,
        CASE
            WHEN first_date <= max(last_date) OVER (
                PARTITION BY unit, ground, subject_key
                ORDER BY first_date, row_id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) THEN 0
            ELSE 1
        END AS starts
    FROM spans
),

numbered AS (
    SELECT
        unit, ground, subject_key, first_date, last_date,
        sum(starts) OVER (
            PARTITION BY unit, ground, subject_key
            ORDER BY first_date, row_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS group_no
    FROM marked
),

findings AS (
    SELECT
        unit, ground, subject_key, group_no, min(first_date) AS first_date, max(last_date) AS last_date
    FROM numbered
    GROUP BY unit, ground, subject_key, group_no
)

SELECT
    findings.unit,
    findings.ground,
    findings.subject_key,
    findings.group_no,
    findings.first_date,
    findings.last_date,
    grounds.row_id,
    grounds.currency,
    max(grounds.subject) OVER whole AS subject,
    max(grounds.tender_line) OVER whole AS line,
    max(grounds.amount) OVER whole AS largest,
    sum(grounds.amount) OVER whole AS total,
    count(*) OVER whole AS purchases
FROM findings
INNER JOIN grounds
    ON grounds.unit = findings.unit
    AND grounds.ground = findings.ground
    AND grounds.subject_key = findings.subject_key
    AND grounds.signed_date BETWEEN findings.first_date AND findings.last_date
WINDOW whole AS (
    PARTITION BY findings.unit, findings.ground, findings.subject_key, findings.group_no
)
ORDER BY findings.unit, findings.ground, findings.subject_key, findings.group_no, grounds.row_id
