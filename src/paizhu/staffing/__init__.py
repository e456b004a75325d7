"""Who covers what: a pure solver (part 6)."""
