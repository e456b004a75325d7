-- How far the second price lies above the winning one; only where nobody was cheaper than the winner.
CREATE OR REPLACE TEMP VIEW ratio AS
SELECT rid, (second - won) / won AS ratio FROM fact WHERE second >= won
