-- Rows for a reader.
SELECT rid, coalesce(place, rid & 1099511627775) + 1 AS row, txt(ocid) AS ocid, cancelled,
    txt(method) AS method, txt(method_details) AS method_details, txt(category) AS category,
    tenderers, txt(start_at) AS start_at, txt(end_at) AS end_at, txt(project) AS project,
    txt(buyer) AS buyer, txt(entity) AS entity,
    [{
        status: ['none', 'valid', 'disqualified', 'pending', 'withdrawn', 'invited'][b.status + 1],
        amount: b.amount, currency: txt(b.currency), sent_at: txt(b.sent_at),
        tenderers: CASE WHEN b.parties > 1 THEN json_extract_string(b.together, '$[*].id')
            ELSE [txt(b.party)] END
    } FOR b IN bids] AS bids,
    [{
        status: ['none', 'active', 'not awarded', 'open'][a.status + 1],
        amount: a.amount, currency: txt(a.currency), awarded_at: txt(a.awarded_at),
        suppliers: CASE WHEN a.parties > 1 THEN json_extract_string(a.together, '$[*].id')
            ELSE [txt(a.party)] END
    } FOR a IN awards] AS awards
FROM every WHERE rid IN (SELECT unnest(?))
