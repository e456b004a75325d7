-- How many item classes each supplier supplies alone, and in how many processes.
CREATE OR REPLACE TEMP TABLE variety AS
SELECT party AS who, count(DISTINCT class) AS classes
FROM (
    SELECT rid, party, left(unnest(classes), getvariable('R048_digits')) AS class
    FROM (
        SELECT rid, unnest(award_status) AS status, unnest(award_parties) AS parties,
            unnest(award_party) AS party, unnest(award_classes) AS classes
        FROM counted
    )
    WHERE status = 1 AND parties = 1 AND party IS NOT NULL
)
WHERE class IS NOT NULL
GROUP BY party HAVING count(DISTINCT rid) >= getvariable('R048_processes')
