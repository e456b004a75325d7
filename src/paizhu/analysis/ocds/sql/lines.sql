-- One row for each release, as narrow as the indicators need it. Every value arrives as the JSON text
-- it had, and names and moments keep it, quotes and all: so a number is never taken for a name, and
-- nothing is unpacked that nobody looks at. `str` gives NULL for what is no JSON string.
--
-- bids.status:   0 none, 1 valid, 2 disqualified, 3 any other, 4 withdrawn, 5 invited
-- awards.status: 0 none, 1 active, 2 cancelled or unsuccessful, 3 any other: not final
-- place is the number of the row in its file, where the part does not hold all rows of it.
-- party is the first party, together lists all of them where there are several.
-- Of a bid stands when it was sent; or only whether that was late, where nobody will ask for more.
SELECT
    NULL::BIGINT AS place,
    str(ocid) AS ocid,
    coalesce(tender.status = '"cancelled"', false) AS cancelled,
    str(tender.procurementMethod) AS method,
    str(tender.procurementMethodDetails) AS method_details,
    str(tender.mainProcurementCategory) AS category,
    tender.numberOfTenderers::VARCHAR AS tenderers,
    str(tender.tenderPeriod.startDate) AS start_at,
    end_at,
    coalesce(str(planning.budget.projectID), str(planning.budget.project)) AS project,
    str(buyer.id) AS buyer,
    str(tender.procuringEntity.id) AS entity,
    [{
        status: (CASE b.status WHEN '"valid"' THEN 1 WHEN '"disqualified"' THEN 2
            WHEN '"withdrawn"' THEN 4 WHEN '"invited"' THEN 5
            ELSE CASE WHEN starts_with(b.status, '"') THEN 3 ELSE 0 END END)::TINYINT,
        amount: TRY_CAST(b.value.amount::VARCHAR AS DOUBLE),
        currency: str(b.value.currency),
        {sent},
        parties: len(b.tenderers)::SMALLINT,
        party: str(b.tenderers[1].id),
        together: CASE WHEN len(b.tenderers) > 1 THEN to_json(b.tenderers)::VARCHAR END
    } FOR b IN bids.details] AS bids,
    [{
        status: (CASE a.status WHEN '"active"' THEN 1 WHEN '"cancelled"' THEN 2
            WHEN '"unsuccessful"' THEN 2
            ELSE CASE WHEN starts_with(a.status, '"') THEN 3 ELSE 0 END END)::TINYINT,
        amount: TRY_CAST(a.value.amount::VARCHAR AS DOUBLE),
        currency: str(a.value.currency),
        awarded_at: str(a.date),
        parties: len(a.suppliers)::SMALLINT,
        party: str(a.suppliers[1].id),
        together: CASE WHEN len(a.suppliers) > 1 THEN to_json(a.suppliers)::VARCHAR END
    } FOR a IN awards] AS awards,
    [a.items FOR a IN awards] AS items
FROM (
    SELECT *, zone_of(end_at) AS zone
    FROM (SELECT *, str(tender.tenderPeriod.endDate) AS end_at FROM {source})
)
