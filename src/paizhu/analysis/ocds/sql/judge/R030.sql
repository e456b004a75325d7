SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, unbid, CASE
    WHEN late > 0 THEN 'raised'
    WHEN NOT has_end THEN 'deadline_missing'
    WHEN is_final IS NULL THEN 'no_award'
    WHEN active = 0 AND NOT is_final THEN 'award_open'
    WHEN active = 0 THEN 'no_active_award'
    WHEN unclear > 0 THEN 'time_unclear'
    ELSE 'clear'
END) AS outcome, late::DOUBLE AS value, 1.0 AS threshold
FROM tender
