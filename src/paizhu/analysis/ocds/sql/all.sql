-- Every row counts.
CREATE OR REPLACE TEMP VIEW line AS SELECT * FROM every
