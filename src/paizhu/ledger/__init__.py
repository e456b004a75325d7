"""The book: one chain of unchangeable entries."""
