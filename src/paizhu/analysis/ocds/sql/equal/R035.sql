WITH candidate AS (
    SELECT rid, ocid,
        list_distinct([p FOR p IN flatten([coalesce(award_all[i], [award_party[i]])
            FOR i IN range(1, len(award_status) + 1) IF award_status[i] = 1]) IF p IS NOT NULL])
            AS suppliers
    FROM counted
    WHERE is_final AND rid IN (SELECT rid FROM fact WHERE disqualified > 0)
),
out AS (
    SELECT rid,
        count(DISTINCT party) FILTER (status = 1) AS valid,
        any_value(party) FILTER (status = 1) AS winner,
        count(DISTINCT party) FILTER (status = 2 AND party <> suppliers[1]) AS others
    FROM tenderer JOIN candidate USING (rid)
    WHERE party IS NOT NULL AND len(suppliers) = 1
    GROUP BY rid
),
flagged AS (
    SELECT ocid, out.winner, others
    FROM out JOIN candidate USING (rid)
    WHERE valid = 1 AND out.winner = suppliers[1] AND others >= getvariable('R035_threshold')
)
SELECT 'OCID' AS kind, ocid AS who, others::DOUBLE AS value FROM flagged
UNION ALL
SELECT 'Tenderer', winner, 0.0 FROM flagged
