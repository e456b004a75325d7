-- Names and moments are kept as the JSON text they had: `str` keeps a JSON string and nothing else,
-- `txt` takes it out of its quotes, `key` is its hash. Without a backslash there is no quote inside.
CREATE MACRO str(j) AS CASE WHEN starts_with(j, '"') THEN j::VARCHAR END;

CREATE MACRO txt(j) AS CASE WHEN starts_with(j, '"') THEN
    CASE WHEN contains(j, '\') THEN json_extract_string(j, '$') ELSE trim(j, '"') END END;

CREATE MACRO key(j) AS CASE WHEN j IS NOT NULL THEN hash(j) END;

-- RFC 3339: a moment is one only with its offset. The usual lengths are told without a pattern.
CREATE MACRO moment(j) AS CASE
    WHEN j LIKE '"___________________+__:__"' OR j LIKE '"___________________-__:__"'
        OR j LIKE '"___________________Z"'
        OR regexp_full_match(j,
            '"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"')
    THEN TRY_CAST(substring(j, 2, strlen(j) - 2) AS TIMESTAMPTZ) END
;

-- The first signs of a JSON string.
CREATE MACRO cut(j, n) AS CASE WHEN contains(j, '\') THEN left(txt(j), n)
    ELSE substring(j, 2, least(n, length(j) - 2)) END
