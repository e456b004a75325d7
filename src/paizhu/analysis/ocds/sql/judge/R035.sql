SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, unbid, CASE
    WHEN NOT has_awards OR is_final IS NULL THEN 'no_award'
    WHEN NOT is_final THEN 'award_open'
    WHEN active = 0 THEN 'no_active_award'
    WHEN others >= getvariable('R035_least') THEN 'raised' ELSE 'clear'
END) AS outcome, others::DOUBLE AS value, getvariable('R035_least')::DOUBLE AS threshold
FROM tender
