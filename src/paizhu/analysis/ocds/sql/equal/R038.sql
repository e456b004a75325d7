SELECT kind, NULL, party, who, disqualified / submitted
FROM share
WHERE disqualified / submitted >= CASE kind
    WHEN 'Buyer' THEN getvariable('R038_buyer')
    WHEN 'ProcuringEntity' THEN getvariable('R038_entity')
    ELSE getvariable('R038_tenderer') END
