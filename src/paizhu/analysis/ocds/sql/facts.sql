-- What is true of each process, found in one pass over its bids. `counted` says which releases count,
-- in which currency (`cur`) prices are compared, and who won (`winner`).
--
-- price_bits and party_bits hold a bit for each value met: where there are as many bits as values, no
-- value came twice. Only the other processes are looked at closely.
CREATE TEMP TABLE fact AS
SELECT
    rid,
    count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified,
    min(amount) FILTER (status = 1 AND parties = 1 AND party = winner AND currency = cur) AS won,
    min(amount) FILTER (status = 1 AND parties = 1 AND party <> winner AND currency = cur) AS second,
    min(amount) FILTER (status = 2 AND currency = cur) AS lowest_out,
    min(amount) FILTER (status IN (1, 3) AND currency = cur) AS lowest_in,
    count(amount) FILTER (status = 1 AND currency = cur) AS valid_priced,
    count(amount) FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL) AS prices,
    bit_or(1::UBIGINT << (hash(amount) % 64)::INTEGER)
        FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL) AS price_bits,
    count(party) FILTER (status = 1 AND parties = 1) AS valid_alone,
    bit_or(1::UBIGINT << (hash(party) % 64)::INTEGER)
        FILTER (status = 1 AND parties = 1) AS party_bits,
    coalesce(bool_or(status = 1 AND is_late), false) AS has_late
FROM (
    SELECT rid, winner, cur,
        unnest(bid_status) AS status, unnest(bid_amount) AS amount, unnest(bid_currency) AS currency,
        unnest(bid_parties) AS parties, unnest(bid_party) AS party, unnest(bid_late) AS is_late
    FROM counted
)
GROUP BY rid
