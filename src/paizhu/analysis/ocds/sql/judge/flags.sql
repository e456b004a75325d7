-- What was raised, under the names, with the processes it rests on.
CREATE OR REPLACE TEMP VIEW raised AS
SELECT flag.code, flag.kind, txt(line.ocid) AS who, value, threshold, population.method, population.category, [flag.rid] AS rows,
    NULL::VARCHAR AS detail, flag.grp
FROM flag JOIN line USING (rid) LEFT JOIN population USING (grp)
WHERE flag.kind = 'OCID'
UNION ALL
SELECT flag.code, flag.kind, name, value, threshold, population.method, population.category,
    coalesce(split.rids, seen.rids, []), split.class || ' / ' || split.year, flag.grp
FROM flag
JOIN named USING (party)
LEFT JOIN seen ON flag.code <> 'R055' AND seen.kind = flag.kind AND seen.party = flag.party AND seen.grp = flag.grp
LEFT JOIN population ON population.grp = flag.grp
LEFT JOIN split ON flag.code = 'R055' AND split.id = flag.grp
WHERE flag.kind <> 'OCID'
