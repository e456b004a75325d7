-- Pairs of bidders: the one wins, the other bids beside it and hardly ever wins anything.
WITH entries AS (
    SELECT unit, project_no, coalesce(supplier_id, supplier) AS bidder, max(supplier) AS name, min(row_id) AS row_id
    FROM bids
    GROUP BY unit, project_no, coalesce(supplier_id, supplier)
),

winners AS (
    SELECT DISTINCT unit, project_no, coalesce(supplier_id, supplier) AS bidder FROM awards
),

records AS (
    SELECT entries.unit, entries.bidder, count(*) AS bids_all, count(winners.bidder) AS wins
    FROM entries
    LEFT JOIN winners
        ON winners.unit = entries.unit AND winners.project_no = entries.project_no
        AND winners.bidder = entries.bidder
    GROUP BY entries.unit, entries.bidder
),

pairs AS (
    SELECT
        companion.unit, winners.bidder AS winner_key, companion.bidder AS companion_key,
        max(winning.name) AS winner, max(companion.name) AS companion, count(*) AS joint_won
    FROM entries AS companion
    INNER JOIN winners
        ON winners.unit = companion.unit AND winners.project_no = companion.project_no
        AND winners.bidder <> companion.bidder
    INNER JOIN entries AS winning
        ON winning.unit = winners.unit AND winning.project_no = winners.project_no
        AND winning.bidder = winners.bidder
    GROUP BY companion.unit, winners.bidder, companion.bidder
    HAVING count(*) >= $joint
)

SELECT
    pairs.unit, pairs.winner_key, pairs.companion_key, pairs.winner, pairs.companion, pairs.joint_won,
    records.bids_all, records.wins, CAST(pairs.joint_won AS DECIMAL(19, 4)) AS value, entries.row_id
FROM pairs
INNER JOIN records ON records.unit = pairs.unit AND records.bidder = pairs.companion_key
INNER JOIN winners ON winners.unit = pairs.unit AND winners.bidder = pairs.winner_key
INNER JOIN entries AS companion
    ON companion.unit = pairs.unit AND companion.bidder = pairs.companion_key
    AND companion.project_no = winners.project_no
INNER JOIN entries
    ON entries.unit = pairs.unit AND entries.project_no = winners.project_no
    AND entries.bidder IN (pairs.winner_key, pairs.companion_key)
WHERE records.wins <= records.bids_all * $win_share AND pairs.joint_won >= records.bids_all * $beside
ORDER BY pairs.unit, pairs.winner_key, pairs.companion_key, entries.row_id
