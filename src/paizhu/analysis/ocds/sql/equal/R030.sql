WITH late AS (
    SELECT rid, ocid, unnest(bid_status) AS status, unnest(bid_late) AS is_late,
        unnest(bid_parties) AS parties, unnest(bid_party) AS party,
        generate_subscripts(bid_status, 1) AS ix, bid_all,
        award_status, award_party, award_all
    FROM counted
    WHERE award_status IS NOT NULL AND rid IN (SELECT rid FROM fact WHERE has_late)
),
tenderers AS (
    SELECT rid, ocid, unnest(CASE WHEN parties > 1 THEN bid_all[ix] ELSE [party] END) AS party,
        flatten([coalesce(award_all[i], [award_party[i]])
            FOR i IN range(1, len(award_status) + 1) IF award_status[i] = 1]) AS suppliers
    FROM late WHERE status = 1 AND is_late
),
flagged AS (SELECT ocid, party FROM tenderers WHERE list_contains(suppliers, party))
SELECT 'OCID' AS kind, ocid AS who, 1.0 AS value FROM flagged
UNION ALL
SELECT 'Tenderer', party, 1.0 FROM flagged
