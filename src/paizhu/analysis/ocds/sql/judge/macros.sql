-- Quantiles of type 8, as in the other answers, of a sorted list.
CREATE OR REPLACE MACRO mark(n, p) AS (n + 1 / 3) * p + 1 / 3;

CREATE OR REPLACE MACRO quantile8(l, p) AS CASE
    WHEN floor(mark(len(l), p)) <= 0 THEN l[1]
    WHEN floor(mark(len(l), p)) >= len(l) THEN l[len(l)]
    ELSE l[floor(mark(len(l), p))::INTEGER] + (mark(len(l), p) - floor(mark(len(l), p)))
        * (l[floor(mark(len(l), p))::INTEGER + 1] - l[floor(mark(len(l), p))::INTEGER])
END;

-- A day without a time of day.
CREATE OR REPLACE MACRO day(j) AS CASE WHEN strlen(j) = 12 THEN TRY_CAST(substring(j, 2, 10) AS DATE) END
