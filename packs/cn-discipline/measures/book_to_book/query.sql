-- Items whose quantities received, issued and charged differ beyond the usual loss.
WITH received AS (
    SELECT unit, item_code, sum(quantity) AS quantity FROM receipts GROUP BY unit, item_code
),

issued AS (
    SELECT unit, item_code, sum(quantity) AS quantity FROM issues GROUP BY unit, item_code
),

charged AS (
    SELECT unit, item_code, sum(quantity) AS quantity FROM charges GROUP BY unit, item_code
),

sums AS (
    SELECT
        items.unit, items.item_code, items.row_id, coalesce(items.charged_apart, '') IN ('是', 'Y', 'yes', '1') AS is_charged,
        coalesce(items.loss_share / 100, $loss) AS loss, coalesce(received.quantity, 0) AS received,
        coalesce(issued.quantity, 0) AS issued, coalesce(charged.quantity, 0) AS charged
    FROM items
    INNER JOIN issued ON issued.unit = items.unit AND issued.item_code = items.item_code
    LEFT JOIN received ON received.unit = items.unit AND received.item_code = items.item_code
    LEFT JOIN charged ON charged.unit = items.unit AND charged.item_code = items.item_code
),

grounds AS (
    SELECT
        unit, item_code, row_id, received, issued, charged, loss,
        CASE
            WHEN issued > received * (1 + loss) AND issued - received >= $least_quantity THEN 'over_issued'
            WHEN is_charged AND charged > issued * (1 + loss) AND charged - issued >= $least_quantity THEN 'over_charged'
            WHEN is_charged AND charged < issued * (1 - loss) AND issued - charged >= $least_quantity THEN 'under_charged'
        END AS ground
    FROM sums
),

evidence AS (
    SELECT unit, item_code, 1 AS place, row_id FROM grounds WHERE ground IS NOT NULL
    UNION ALL
    SELECT charges.unit, charges.item_code, 2 AS place, charges.row_id
    FROM charges
    INNER JOIN grounds
        ON grounds.unit = charges.unit AND grounds.item_code = charges.item_code AND grounds.ground IS NOT NULL
)

SELECT
    grounds.unit, grounds.item_code, grounds.ground, CAST(grounds.received AS DECIMAL(19, 2)) AS received,
    CAST(grounds.issued AS DECIMAL(19, 2)) AS issued, CAST(grounds.charged AS DECIMAL(19, 2)) AS charged,
    CAST(CASE
        WHEN grounds.ground = 'over_issued' THEN grounds.issued - grounds.received
        ELSE abs(grounds.charged - grounds.issued)
    END AS DECIMAL(19, 2)) AS value,
    evidence.row_id
FROM grounds
INNER JOIN evidence ON evidence.unit = grounds.unit AND evidence.item_code = grounds.item_code
WHERE grounds.ground IS NOT NULL
ORDER BY grounds.unit, grounds.item_code, evidence.place, evidence.row_id
