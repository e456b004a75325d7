WITH even AS (
    SELECT rid, arg_min(status, (amount, ix)) AS status
    FROM bid SEMI JOIN (SELECT rid FROM sifted WHERE lowest_out = lowest_in) USING (rid)
    WHERE status BETWEEN 1 AND 3 AND is_cur AND amount IS NOT NULL
    GROUP BY rid
),
lowest AS (
    SELECT rid FROM sifted WHERE valid_priced > 0 AND lowest_out < lowest_in
    UNION ALL
    SELECT rid FROM even SEMI JOIN (SELECT rid FROM sifted WHERE valid_priced > 0) USING (rid)
    WHERE status = 2
)
SELECT 'OCID', rid, NULL, NULL, 1.0
FROM lowest SEMI JOIN (SELECT rid FROM outcome WHERE active > 0) USING (rid)
