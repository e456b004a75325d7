SELECT 'Tenderer', NULL, party, NULL, classes::DOUBLE
FROM variety WHERE classes >= getvariable('R048_fence')
