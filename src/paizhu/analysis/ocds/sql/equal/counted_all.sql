-- Which releases count where the settings name no method: each line of the file.
CREATE OR REPLACE TEMP VIEW counted AS
SELECT *, true AS is_compared FROM line WHERE ocid IS NOT NULL AND NOT cancelled
