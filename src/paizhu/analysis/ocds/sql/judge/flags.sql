-- What was raised, under the names, with the processes it rests on.
CREATE OR REPLACE TEMP TABLE evidence AS
SELECT code, party, grp, list(rid ORDER BY rid) AS rids FROM (
    SELECT DISTINCT code, party, flag.grp, rid
    FROM (SELECT DISTINCT code, party, grp FROM flag WHERE kind = 'Tenderer') AS flag
    JOIN (
        SELECT party, rid FROM tenderer UNION ALL SELECT party, rid FROM supplier
    ) USING (party) JOIN tender USING (rid)
    WHERE tender.grp = flag.grp
)
GROUP BY code, party, grp
UNION ALL
SELECT code || kind, party, grp, list(rid ORDER BY rid) FROM (
    SELECT DISTINCT code, kind, party, flag.grp, rid
    FROM (SELECT DISTINCT code, kind, party, grp FROM flag WHERE kind IN ('Buyer', 'ProcuringEntity')
        AND code <> 'R055') AS flag
    JOIN tender ON tender.grp = flag.grp
        AND flag.party = CASE kind WHEN 'Buyer' THEN tender.buyer ELSE tender.entity END
)
GROUP BY code, kind, party, grp
UNION ALL
SELECT 'R055Buyer', buyer, id, rids FROM split;

CREATE OR REPLACE TEMP VIEW raised AS
SELECT flag.code, flag.kind, txt(line.ocid) AS who, value, threshold, population.method, population.category, [flag.rid] AS rids,
    NULL::VARCHAR AS detail, flag.grp
FROM flag JOIN line USING (rid) LEFT JOIN population USING (grp)
WHERE flag.kind = 'OCID'
UNION ALL
SELECT flag.code, flag.kind, name, value, threshold, population.method, population.category,
    evidence.rids, split.class || ' / ' || split.year, flag.grp
FROM flag
JOIN named USING (party)
LEFT JOIN evidence ON evidence.code = flag.code || CASE WHEN kind = 'Tenderer' THEN '' ELSE kind END
    AND evidence.party = flag.party AND evidence.grp = flag.grp
LEFT JOIN population ON population.grp = flag.grp
LEFT JOIN split ON flag.code = 'R055' AND split.id = flag.grp
WHERE flag.kind <> 'OCID'
