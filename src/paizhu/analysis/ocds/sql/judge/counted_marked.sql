-- The releases that count, those of a process named several times marked.
CREATE OR REPLACE TEMP VIEW counted AS
SELECT line.*, repeated.ocid IS NOT NULL AS is_several
FROM line LEFT JOIN repeated ON key(line.ocid) = repeated.ocid
WHERE line.ocid IS NOT NULL
