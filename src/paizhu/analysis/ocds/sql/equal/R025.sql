SELECT 'Tenderer' AS kind, party AS who, wins / processes AS value
FROM party
WHERE processes >= getvariable('R025_top') AND wins / processes <= getvariable('R025_fence')
