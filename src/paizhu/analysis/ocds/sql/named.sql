-- What was found, with the names.
SELECT code, kind, txt(ocid) AS who, value FROM flag JOIN line USING (rid) WHERE kind = 'OCID'
UNION ALL
SELECT code, kind, name, value
FROM (SELECT DISTINCT code, kind, party, value FROM flag WHERE kind = 'Tenderer') JOIN named USING (party)
UNION ALL
SELECT code, kind, txt(who), value FROM flag WHERE who IS NOT NULL
