SELECT 'OCID', rid, NULL, NULL, 1.0
FROM counted
WHERE (len(getvariable('R003_methods')) = 0 OR list_contains(getvariable('R003_methods'), method))
    AND (epoch_us(moment(end_at)) - epoch_us(moment(start_at))) // 86400000000
        < coalesce(getvariable('R003_details')[method_details], getvariable('R003_threshold'))
