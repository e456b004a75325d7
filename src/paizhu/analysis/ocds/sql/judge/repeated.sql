-- Processes named several times in one load. Nobody says which release is right, so none is judged.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT key(ocid) AS ocid FROM line WHERE ocid IS NOT NULL GROUP BY ALL HAVING count(*) > 1
