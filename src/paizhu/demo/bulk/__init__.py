"""A very large installation for measurements: patterns played through the engine, copied in bulk."""
