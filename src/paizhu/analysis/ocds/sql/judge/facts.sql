-- What is true of each process, found in one pass over its bids. Nothing is left out for its currency:
-- where bids are in several, or one says none, that is a fact of its own. Nothing is no price.
-- is_plain: nobody bid together or twice; where that cannot be told by a bit for each party, it is false.
-- There are 63 bits, since shifts of what has a sign are the cheaper ones.
CREATE OR REPLACE TEMP TABLE fact AS
SELECT
    rid,
    bit_or(issue) AS issues,
    count(*) FILTER (status BETWEEN 1 AND 3) AS submitted,
    count(*) FILTER (status = 2) AS disqualified,
    max(parties) < 2 AND bit_count(bit_or(1::BIGINT << (party % 63)::INTEGER)) = count(party) AS is_plain,
    min(CASE WHEN has_won THEN amount END) AS won,
    min(CASE WHEN NOT has_won THEN amount END) AS second,
    count(amount) FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL AND amount > 0) AS prices,
    bit_or(1::BIGINT << (hash(amount) % 63)::INTEGER)
        FILTER (status BETWEEN 1 AND 3 AND currency IS NOT NULL AND amount > 0) AS price_bits,
    min(party) FILTER (status BETWEEN 1 AND 3) = max(party) FILTER (status BETWEEN 1 AND 3) AS is_one_tenderer
FROM bid GROUP BY rid;

-- What is asked only where a bid was disqualified. is_one_valid: the first parties of the valid bids are
-- one; it only says which processes are worth a closer look.
CREATE OR REPLACE TEMP TABLE sifted AS
SELECT
    rid,
    min(amount) FILTER (status = 2) AS lowest_out,
    min(amount) FILTER (status IN (1, 3)) AS lowest_in,
    min(party) FILTER (status = 1) = max(party) FILTER (status = 1) AS is_one_valid
FROM bid SEMI JOIN (SELECT rid FROM fact WHERE disqualified > 0) USING (rid)
GROUP BY rid;

-- Where prices are in several currencies; nothing is looked at in a file that has but one. A variable, so
-- that what the engine knows of the column already tells that.
SET VARIABLE one_currency = (SELECT currency FROM bid WHERE currency IS NOT NULL LIMIT 1);

CREATE OR REPLACE TEMP TABLE mixed AS
SELECT
    rid,
    min(currency) FILTER (status = 1) < max(currency) FILTER (status = 1) AS is_mixed,
    min(currency) < max(currency) AS are_mixed
FROM bid SEMI JOIN (
    SELECT DISTINCT rid FROM bid WHERE currency <> getvariable('one_currency')
) USING (rid)
WHERE status BETWEEN 1 AND 3 AND amount IS NOT NULL
GROUP BY rid
