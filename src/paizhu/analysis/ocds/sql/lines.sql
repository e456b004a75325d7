-- One row for each release, as narrow as the indicators need it. Every value arrives as the JSON text
-- it had, so that a number is never taken for a name; `txt` gives the text of a JSON string, and NULL
-- for anything else.
--
-- bid_status:   0 none, 1 valid, 2 disqualified, 3 any other, 4 withdrawn, 5 invited
-- award_status: 0 none, 1 active, 2 cancelled or unsuccessful, 3 any other: not final
-- *_party is the first party; *_all lists all of them, only where some bid or award has several.
SELECT
    txt(ocid) AS ocid,
    coalesce(tender.status = '"cancelled"', false) AS cancelled,
    coalesce(list_contains(tag, '"compiled"'), false) AS compiled,
    txt(date) AS released_at,
    txt(tender.procurementMethod) AS method,
    txt(tender.procurementMethodDetails) AS method_details,
    txt(tender.mainProcurementCategory) AS category,
    tender.numberOfTenderers AS tenderers,
    txt(tender.tenderPeriod.startDate) AS start_at,
    txt(tender.tenderPeriod.endDate) AS end_at,
    txt(buyer.id) AS buyer,
    txt(tender.procuringEntity.id) AS entity,
    [(CASE b.status WHEN '"valid"' THEN 1 WHEN '"disqualified"' THEN 2 WHEN '"withdrawn"' THEN 4
        WHEN '"invited"' THEN 5 ELSE CASE WHEN starts_with(b.status, '"') THEN 3 ELSE 0 END END)::TINYINT
        FOR b IN bids.details] AS bid_status,
    [TRY_CAST(b.value.amount AS DOUBLE) FOR b IN bids.details] AS bid_amount,
    [txt(b.value.currency) FOR b IN bids.details] AS bid_currency,
    [txt(b.date) FOR b IN bids.details] AS bid_at,
    [len(b.tenderers)::SMALLINT FOR b IN bids.details] AS bid_parties,
    [txt(b.tenderers[1].id) FOR b IN bids.details] AS bid_party,
    CASE WHEN list_max([len(b.tenderers) FOR b IN bids.details]) > 1
        THEN [[txt(t.id) FOR t IN b.tenderers] FOR b IN bids.details] END AS bid_all,
    [(CASE a.status WHEN '"active"' THEN 1 WHEN '"cancelled"' THEN 2 WHEN '"unsuccessful"' THEN 2
        ELSE CASE WHEN starts_with(a.status, '"') THEN 3 ELSE 0 END END)::TINYINT
        FOR a IN awards] AS award_status,
    [TRY_CAST(a.value.amount AS DOUBLE) FOR a IN awards] AS award_amount,
    [txt(a.value.currency) FOR a IN awards] AS award_currency,
    [txt(a.date) FOR a IN awards] AS award_at,
    [len(a.suppliers)::SMALLINT FOR a IN awards] AS award_parties,
    [txt(a.suppliers[1].id) FOR a IN awards] AS award_party,
    CASE WHEN list_max([len(a.suppliers) FOR a IN awards]) > 1
        THEN [[txt(s.id) FOR s IN a.suppliers] FOR a IN awards] END AS award_all,
    [[txt(i.classification.id) FOR i IN a.items] FOR a IN awards] AS award_classes
FROM {source}
