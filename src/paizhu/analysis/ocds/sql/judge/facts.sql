-- What is true of each process, found in one pass over its bids. Nothing is left out for its currency:
-- where bids are in several, or one says none, that is a fact of its own. Nothing is no price.
CREATE OR REPLACE TEMP TABLE fact AS
SELECT
    rid,
    bit_or(issue) AS issues,
    count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified,
    min(currency) FILTER (status = 1 AND amount IS NOT NULL)
        < max(currency) FILTER (status = 1 AND amount IS NOT NULL) AS is_mixed,
    min(currency) FILTER (status BETWEEN 1 AND 3 AND amount IS NOT NULL)
        < max(currency) FILTER (status BETWEEN 1 AND 3 AND amount IS NOT NULL) AS are_mixed,
    min(amount) FILTER (status = 1 AND parties = 1 AND party = winner) AS won,
    min(amount) FILTER (status = 1 AND parties = 1 AND party <> winner) AS second,
    min(amount) FILTER (status = 2) AS lowest_out,
    min(amount) FILTER (status IN (1, 3)) AS lowest_in,
    count(amount) FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL AND amount > 0) AS prices,
    bit_or(1::UBIGINT << (hash(amount) % 64)::INTEGER)
        FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL AND amount > 0) AS price_bits,
    min(party) FILTER (status = 1) = max(party) FILTER (status = 1) AS is_one_valid,
    min(party) FILTER (status BETWEEN 1 AND 3) = max(party) FILTER (status BETWEEN 1 AND 3) AS is_one_tenderer
FROM bid LEFT JOIN (SELECT rid, winner FROM outcome WHERE winner IS NOT NULL) USING (rid)
GROUP BY rid
