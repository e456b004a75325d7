SELECT 'OCID', rid, NULL, NULL, 1.0
FROM counted
WHERE tenderers = '1'
    AND (len(getvariable('R018_methods')) = 0 OR list_contains(getvariable('R018_methods'), method))
