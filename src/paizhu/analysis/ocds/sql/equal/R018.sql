SELECT 'OCID' AS kind, ocid AS who, 1.0 AS value
FROM counted
WHERE tenderers = '1'
    AND (len(getvariable('R018_methods')) = 0 OR list_contains(getvariable('R018_methods'), method))
