-- Quantiles of type 8, as in the other answers, of a sorted list: on a straight line between the two values
-- around a place that lies in the list.
CREATE OR REPLACE MACRO along(l, spot) AS
    l[floor(spot)::INTEGER] + (spot - floor(spot)) * (l[ceil(spot)::INTEGER] - l[floor(spot)::INTEGER]);

CREATE OR REPLACE MACRO quantile8(l, p) AS along(l, greatest(1, least(len(l), (len(l) + 1 / 3) * p + 1 / 3)))
