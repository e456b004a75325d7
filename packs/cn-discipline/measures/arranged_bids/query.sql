-- Tenders in which one price is low and the others are bunched well above it.
WITH valid AS (
    SELECT
        row_id, unit, project_no, currency, CAST(amount AS DOUBLE) AS price,
        row_number() OVER (PARTITION BY unit, project_no, currency ORDER BY amount, row_id) AS place
    FROM bids
    WHERE amount > 0
        AND NOT (
            coalesce(status, '') LIKE '%无效%'
            OR coalesce(status, '') LIKE '%撤回%'
            OR coalesce(status, '') LIKE '%否决%'
            OR lower(coalesce(status, '')) LIKE '%invalid%'
            OR lower(coalesce(status, '')) LIKE '%withdrawn%'
            OR lower(coalesce(status, '')) LIKE '%rejected%'
        )
),

sizes AS (
    SELECT
        unit, project_no, currency, count(*) AS bids_all, avg(price) AS mean, stddev_samp(price) AS sd,
        min(price) AS low, max(price) AS high,
        min(CASE WHEN place > 1 THEN price END) AS second_low,
        stddev_samp(CASE WHEN place > 1 THEN price END) AS losers_sd
    FROM valid
    GROUP BY unit, project_no, currency
    HAVING count(*) >= $least_bids AND stddev_samp(price) > 0
),

moments AS (
    SELECT
        valid.unit, valid.project_no, valid.currency,
        sum(
            (valid.price - sizes.mean) * (valid.price - sizes.mean) * (valid.price - sizes.mean)
            / (sizes.sd * sizes.sd * sizes.sd)
        ) AS third,
        sum(
            (valid.price - sizes.mean) * (valid.price - sizes.mean) * (valid.price - sizes.mean)
            * (valid.price - sizes.mean) / (sizes.sd * sizes.sd * sizes.sd * sizes.sd)
        ) AS fourth,
        max(greatest(
            valid.place * 1.0 / sizes.bids_all - (valid.price - sizes.low) / (sizes.high - sizes.low),
            (valid.price - sizes.low) / (sizes.high - sizes.low) - (valid.place - 1) * 1.0 / sizes.bids_all
        )) AS uniform_distance
    FROM valid
    INNER JOIN sizes
        ON sizes.unit = valid.unit AND sizes.project_no = valid.project_no AND sizes.currency = valid.currency
    GROUP BY valid.unit, valid.project_no, valid.currency
),

facts AS (
    SELECT
        sizes.unit, sizes.project_no, sizes.currency, sizes.bids_all,
        CAST(sizes.sd / sizes.mean AS DECIMAL(19, 4)) AS cv,
        CAST((sizes.high - sizes.low) / sizes.low AS DECIMAL(19, 4)) AS spread,
        CAST((sizes.second_low - sizes.low) / sizes.low AS DECIMAL(19, 4)) AS gap,
        -- Losers that all bid the same stand at no measurable distance from one another: a ceiling of 999.
        CAST(CASE
            WHEN sizes.losers_sd * 999 <= sizes.second_low - sizes.low THEN 999
            ELSE (sizes.second_low - sizes.low) / sizes.losers_sd
        END AS DECIMAL(19, 4)) AS relative_distance,
        CAST(
            moments.third * sizes.bids_all / ((sizes.bids_all - 1.0) * (sizes.bids_all - 2)) AS DECIMAL(19, 4)
        ) AS skewness,
        CAST(
            moments.fourth * sizes.bids_all * (sizes.bids_all + 1)
            / ((sizes.bids_all - 1.0) * (sizes.bids_all - 2) * (sizes.bids_all - 3))
            - 3.0 * (sizes.bids_all - 1) * (sizes.bids_all - 1) / ((sizes.bids_all - 2.0) * (sizes.bids_all - 3))
        AS DECIMAL(19, 4)) AS kurtosis,
        CAST(moments.uniform_distance AS DECIMAL(19, 4)) AS uniform_distance
    FROM sizes
    INNER JOIN moments
        ON moments.unit = sizes.unit AND moments.project_no = sizes.project_no
        AND moments.currency = sizes.currency
),

judged AS (
    SELECT
        unit, project_no, currency,
        CASE WHEN cv <= $cv THEN 1 ELSE 0 END
        + CASE WHEN relative_distance >= $distance THEN 1 ELSE 0 END
        + CASE WHEN skewness <= -$skew THEN 1 ELSE 0 END
        + CASE WHEN kurtosis >= $kurt THEN 1 ELSE 0 END
        + CASE WHEN uniform_distance >= $uniform THEN 1 ELSE 0 END AS signs_seen
    FROM facts
)

SELECT
    facts.unit, facts.project_no, facts.project_no AS subject, facts.currency, facts.bids_all, facts.cv, facts.spread,
    facts.gap, facts.relative_distance, facts.skewness, facts.kurtosis, facts.uniform_distance, judged.signs_seen,
    CAST(judged.signs_seen AS DECIMAL(19, 4)) AS value, valid.row_id
FROM facts
INNER JOIN judged
    ON judged.unit = facts.unit AND judged.project_no = facts.project_no AND judged.currency = facts.currency
INNER JOIN valid
    ON valid.unit = facts.unit AND valid.project_no = facts.project_no AND valid.currency = facts.currency
WHERE judged.signs_seen >= $signs
ORDER BY facts.unit, facts.project_no, facts.currency, valid.row_id
