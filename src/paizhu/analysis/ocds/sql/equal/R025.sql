SELECT 'Tenderer', NULL, party, NULL, wins / processes
FROM party
WHERE processes >= getvariable('R025_top') AND wins / processes <= getvariable('R025_fence')
