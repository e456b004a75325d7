"""SQLite as Django speaks to it, remembering how each statement is said there."""
