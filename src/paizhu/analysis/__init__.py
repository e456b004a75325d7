"""Business data, measures and flags."""
