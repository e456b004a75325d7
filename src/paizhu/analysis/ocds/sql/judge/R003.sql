SELECT 'OCID' AS kind, rid, NULL::UBIGINT AS party, grp, coalesce(unfit, CASE
    WHEN least_days IS NULL THEN 'no_limit'
    WHEN NOT has_period THEN 'period_missing'
    WHEN days IS NULL THEN 'time_unclear'
    WHEN days < 0 THEN 'impossible_dates'
    WHEN days < least_days THEN 'raised' ELSE 'clear'
END) AS outcome, days AS value, least_days::DOUBLE AS threshold
FROM (SELECT *, getvariable('R003_days')[method] AS least_days FROM tender)
