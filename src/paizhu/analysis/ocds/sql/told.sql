-- Whether a bid is late was found out as the file was read, and when it was sent was not kept.
CREATE OR REPLACE MACRO late(b, end_at, zone) AS b.late;

CREATE OR REPLACE MACRO late_text(b, end_at) AS b.late
