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

-- A day without a time of day.
CREATE MACRO day(j) AS CASE WHEN strlen(j) = 12 THEN TRY_CAST(substring(j, 2, 10) AS DATE) END;

-- The offset of a moment in the usual form.
CREATE MACRO zone_of(j) AS CASE
    WHEN strlen(j) = 27 AND j[12] = 'T' AND j[21] IN ('+', '-') THEN right(j, 7) END;

-- Moments are compared as moments; as texts only where both have the same offset.
CREATE MACRO is_after(sent_at, end_at, zone) AS CASE
    WHEN strlen(sent_at) = 27 AND ends_with(sent_at, zone) THEN sent_at > end_at
    WHEN strlen(sent_at) = 12 AND strlen(end_at) = 12 THEN day(sent_at) > day(end_at)
    ELSE moment(sent_at) > moment(end_at) END;

-- The same as ocdscardinal does it: moments are texts.
CREATE MACRO is_text_after(sent_at, end_at) AS CASE
    WHEN strlen(sent_at) = strlen(end_at) AND ends_with(sent_at, '"') THEN sent_at > end_at
    ELSE txt(sent_at) > txt(end_at) END;

-- Whether a bid is late, of the bids as they are kept.
CREATE MACRO late(b, end_at, zone) AS is_after(b.sent_at, end_at, zone);

CREATE MACRO late_text(b, end_at) AS is_text_after(b.sent_at, end_at);

-- The first signs of a JSON string.
CREATE MACRO cut(j, n) AS CASE WHEN contains(j, '\') THEN left(txt(j), n)
    ELSE substring(j, 2, least(n, length(j) - 2)) END
