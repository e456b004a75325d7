-- Which releases count, as ocdscardinal 0.0.8 counts them: each line of the file, prices in the one
-- currency of the settings, moments compared as texts.
CREATE OR REPLACE TEMP VIEW counted AS
SELECT *,
    CASE WHEN is_compared THEN getvariable('currency') END AS cur,
    CASE WHEN is_final AND len(list_filter(award_status, lambda s: s = 1)) = 1
            AND award_parties[list_position(award_status, 1)] = 1
        THEN award_party[list_position(award_status, 1)] END AS winner,
    [bid_at[i] > end_at FOR i IN range(1, len(bid_at) + 1)] AS bid_late
FROM (
    SELECT *,
        bid_status IS NOT NULL AND award_status IS NOT NULL
            AND NOT list_contains(award_status, 3) AS is_final,
        CASE WHEN len(getvariable('compared')) > 0
            THEN method_details IS NOT NULL AND list_contains(getvariable('compared'), method_details)
            ELSE method_details IS NULL OR NOT list_contains(getvariable('not_compared'), method_details)
        END AS is_compared
    FROM line
)
WHERE ocid IS NOT NULL AND NOT cancelled
    AND (method_details IS NULL OR NOT list_contains(getvariable('excluded'), method_details))
