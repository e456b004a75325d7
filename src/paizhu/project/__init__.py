"""Settings, addresses, entry points."""
