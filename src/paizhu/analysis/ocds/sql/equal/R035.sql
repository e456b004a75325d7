WITH worth AS MATERIALIZED (
    SELECT rid FROM sifted JOIN outcome USING (rid) WHERE is_one_valid AND is_final
),
lone AS (
    SELECT rid, min(party) AS party
    FROM supplier SEMI JOIN worth USING (rid)
    WHERE party IS NOT NULL GROUP BY rid HAVING min(party) = max(party)
),
flagged AS MATERIALIZED (
    SELECT rid, any_value(lone.party) AS winner,
        count(DISTINCT tenderer.party)
            FILTER (status = 2 AND tenderer.party <> lone.party) AS others
    FROM tenderer JOIN lone USING (rid)
    GROUP BY rid
    HAVING others >= getvariable('R035_threshold')
        AND min(tenderer.party) FILTER (status = 1) = winner
        AND max(tenderer.party) FILTER (status = 1) = winner
)
SELECT 'OCID', rid, NULL, NULL, others::DOUBLE FROM flagged
UNION ALL
SELECT 'Tenderer', rid, winner, NULL, 0.0 FROM flagged
