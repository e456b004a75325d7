"""One installation: its settings, its addresses, its entry point."""
