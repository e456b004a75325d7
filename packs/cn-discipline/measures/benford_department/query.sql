-- Departments whose first digits deviate and whose amounts are round: both signs, or nothing.
WITH digits AS (
    SELECT
        row_id, unit, department, currency, amount,
        CASE WHEN amount % 100 = 0 THEN 1 ELSE 0 END AS is_round,
        CAST(substring(CAST(CAST(amount AS DECIMAL(19, 0)) AS VARCHAR), 1, 1) AS INTEGER) AS digit
    FROM payments
    WHERE amount >= 10
),

units AS (
    SELECT unit, currency, count(*) AS all_of_unit, sum(is_round) AS rounds_of_unit FROM digits GROUP BY unit, currency
),

groups AS (
    SELECT unit, department, currency, count(*) AS amounts_all, sum(is_round) AS rounds
    FROM digits
    GROUP BY unit, department, currency
    HAVING count(*) >= $least_amounts AND max(amount) >= min(amount) * 100
),

shares AS (
    SELECT
        digits.unit, digits.department, digits.currency, digits.digit,
        count(*) * 1.0 / max(groups.amounts_all) - max(CASE digit WHEN 1 THEN 0.30103 WHEN 2 THEN 0.17609 WHEN 3 THEN 0.12494 WHEN 4 THEN 0.09691 WHEN 5 THEN 0.07918
            WHEN 6 THEN 0.06695 WHEN 7 THEN 0.05799 WHEN 8 THEN 0.05115 ELSE 0.04576 END) AS excess
    FROM digits
    INNER JOIN groups
        ON groups.unit = digits.unit AND groups.department = digits.department
        AND groups.currency = digits.currency
    GROUP BY digits.unit, digits.department, digits.currency, digits.digit
),

deviations AS (
    -- Digits that never occur are few at this size; they would only add to the deviation.
    SELECT
        unit, department, currency, digit, excess,
        sum(abs(excess)) OVER (PARTITION BY unit, department, currency) / 9 AS deviation,
        row_number() OVER (PARTITION BY unit, department, currency ORDER BY excess DESC, digit) AS place
    FROM shares
)

SELECT
    groups.unit, groups.department, groups.currency, groups.amounts_all, CAST(groups.rounds AS BIGINT) AS rounds,
    deviations.digit, CAST(deviations.deviation AS DECIMAL(19, 4)) AS value, digits.row_id
FROM groups
INNER JOIN units ON units.unit = groups.unit AND units.currency = groups.currency
INNER JOIN deviations
    ON deviations.unit = groups.unit AND deviations.department = groups.department
    AND deviations.currency = groups.currency AND deviations.place = 1
INNER JOIN digits
    ON digits.unit = groups.unit AND digits.department = groups.department
    AND digits.currency = groups.currency AND digits.is_round = 1
WHERE deviations.deviation > $deviation
    AND groups.rounds >= groups.amounts_all * $round_share
    AND groups.rounds * units.all_of_unit >= groups.amounts_all * units.rounds_of_unit * $lift
ORDER BY groups.unit, groups.department, groups.currency, digits.row_id
