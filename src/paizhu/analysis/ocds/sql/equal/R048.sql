SELECT 'Tenderer' AS kind, who, classes::DOUBLE AS value
FROM variety WHERE classes >= getvariable('R048_fence')
