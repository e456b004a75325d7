-- A price counts in the one currency of the settings.
CREATE OR REPLACE TEMP VIEW bid AS
SELECT *, is_compared AND currency = key(getvariable('currency_text')) AS is_cur FROM offer
