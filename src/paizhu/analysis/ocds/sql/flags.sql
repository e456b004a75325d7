-- What was found: about a process (rid), an organization (party), or one by its name (who).
CREATE OR REPLACE TEMP TABLE flag (
    code VARCHAR, kind VARCHAR, rid BIGINT, party UBIGINT, who VARCHAR, value DOUBLE,
    threshold DOUBLE, grp UBIGINT
)
