-- What was found: about a process (rid), a tenderer (party), or an organization by its name.
CREATE OR REPLACE TEMP TABLE flag (
    code VARCHAR, kind VARCHAR, rid BIGINT, party UBIGINT, who VARCHAR, value DOUBLE
)
