-- The releases that count, where every process is named once.
CREATE OR REPLACE TEMP VIEW counted AS
SELECT *, false AS is_several FROM line WHERE ocid IS NOT NULL
