-- Of whom something was raised.
CREATE OR REPLACE TEMP TABLE wanted AS
SELECT DISTINCT kind, party, grp FROM flag WHERE kind <> 'OCID' AND code <> 'R055'
