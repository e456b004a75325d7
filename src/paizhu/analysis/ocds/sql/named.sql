-- What was found, with the names.
SELECT code, kind, txt(ocid) AS who, value FROM flag JOIN line USING (rid) WHERE kind = 'OCID'
UNION ALL
SELECT code, kind, txt(name), value
FROM (SELECT DISTINCT code, kind, party, value FROM flag WHERE kind = 'Tenderer')
JOIN (
    SELECT party, any_value(name) AS name
    FROM (
        SELECT party, name FROM bid UNION ALL SELECT party, name FROM other
        UNION ALL SELECT party, name FROM award
    )
    WHERE party IN (SELECT party FROM flag) GROUP BY party
) USING (party)
UNION ALL
SELECT code, kind, txt(who), value FROM flag WHERE who IS NOT NULL
