"""Calendars, text, digests: what everything rests on. Pure Python."""
