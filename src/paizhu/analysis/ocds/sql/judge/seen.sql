-- The processes that what is said of an organization rests on.
CREATE OR REPLACE TEMP TABLE seen AS
SELECT kind, party, grp, list_sort(list(rid)) AS rids
FROM (
    SELECT DISTINCT 'Tenderer' AS kind, party, grp, rid
    FROM (
        SELECT party, rid FROM (SELECT party, rid FROM tenderer UNION ALL SELECT party, rid FROM supplier)
        {parties}
    ) JOIN (SELECT rid, grp FROM tender) USING (rid)
    UNION ALL
    SELECT 'Buyer', buyer, grp, rid FROM tender WHERE buyer IS NOT NULL
    UNION ALL
    SELECT 'ProcuringEntity', entity, grp, rid FROM tender WHERE entity IS NOT NULL
)
{wanted}
GROUP BY kind, party, grp
