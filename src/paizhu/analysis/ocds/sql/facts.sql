-- What is true of each process, found in one pass over its bids.
--
-- price_bits holds a bit for each price met: where there are as many bits as prices, no price came
-- twice. It only says which processes are worth a closer look.
-- There are 63 bits, since shifts of what has a sign are the cheaper ones.
CREATE OR REPLACE TEMP TABLE fact AS
SELECT
    rid,
    any_value(winner) AS winner,
    count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified,
    min(amount) FILTER (status = 1 AND parties = 1 AND party = winner AND is_cur) AS won,
    min(amount) FILTER (status = 1 AND parties = 1 AND party <> winner AND is_cur) AS second,
    count(amount) FILTER (is_compared AND status BETWEEN 1 AND 3 AND currency IS NOT NULL) AS prices,
    bit_or(1::BIGINT << (hash(amount) % 63)::INTEGER)
        FILTER (is_compared AND status BETWEEN 1 AND 3 AND currency IS NOT NULL) AS price_bits
FROM bid LEFT JOIN outcome USING (rid)
GROUP BY rid;

-- What is asked only where a bid was disqualified. is_one_valid: the first parties of the valid bids are
-- one; it only says which processes are worth a closer look.
CREATE OR REPLACE TEMP TABLE sifted AS
SELECT
    rid,
    min(amount) FILTER (status = 2 AND is_cur) AS lowest_out,
    min(amount) FILTER (status IN (1, 3) AND is_cur) AS lowest_in,
    count(amount) FILTER (status = 1 AND is_cur) AS valid_priced,
    min(party) FILTER (status = 1) = max(party) FILTER (status = 1) AS is_one_valid
FROM bid SEMI JOIN (SELECT rid FROM fact WHERE disqualified > 0) USING (rid)
GROUP BY rid;

-- How far the second price lies above the winning one; only where nobody was cheaper than the winner.
CREATE OR REPLACE TEMP VIEW ratio AS
SELECT rid, winner, (second - won) / won AS ratio FROM fact WHERE second >= won
