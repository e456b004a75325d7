-- Which releases count, as ocdscardinal 0.0.8 counts them: each line of the file.
CREATE OR REPLACE TEMP VIEW counted AS
SELECT *,
    CASE WHEN len(getvariable('compared')) > 0
        THEN method_details IS NOT NULL AND list_contains(getvariable('compared'), method_details)
        ELSE method_details IS NULL OR NOT list_contains(getvariable('not_compared'), method_details)
    END AS is_compared
FROM line
WHERE ocid IS NOT NULL AND NOT cancelled
    AND (method_details IS NULL OR NOT list_contains(getvariable('excluded'), method_details))
