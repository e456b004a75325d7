WITH flagged AS MATERIALIZED (SELECT rid, winner, ratio FROM ratio WHERE ratio <= getvariable('R024_fence')),
second AS (
    SELECT rid, winner, arg_min(party, (amount, ix)) AS party
    FROM bid JOIN flagged USING (rid)
    WHERE status = 1 AND parties = 1 AND party <> winner AND is_cur AND amount IS NOT NULL
    GROUP BY rid, winner
)
SELECT 'OCID', rid, NULL, NULL, ratio FROM flagged
UNION ALL
SELECT 'Tenderer', rid, unnest([winner, party]), NULL, 0.0 FROM second
