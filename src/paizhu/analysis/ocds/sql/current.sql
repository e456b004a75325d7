-- Of a process that came in several loads, only the rows of the last.
CREATE OR REPLACE TEMP TABLE newest AS
SELECT key(ocid) AS ocid_key, max(rid >> 40) AS part
FROM every WHERE ocid IS NOT NULL
GROUP BY ALL HAVING min(rid >> 40) < max(rid >> 40);

CREATE OR REPLACE TEMP VIEW line AS
SELECT every.* FROM every LEFT JOIN newest ON key(ocid) = ocid_key
WHERE part IS NULL OR rid >> 40 = part
