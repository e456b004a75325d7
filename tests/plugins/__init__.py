"""Plugins for pytest that must act before Django's settings are read."""
