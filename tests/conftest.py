"""What every test needs."""

from tests.plugins.owner import _a_flush_may_empty_the_book

__all__ = ["_a_flush_may_empty_the_book"]
