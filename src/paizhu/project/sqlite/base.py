"""The SQLite backend of Django, with one thing more: a statement is translated once.

Django writes `%s` and SQLite wants `?`, so each execution searched its whole text anew, which took
as long as running it. A statement that was met before is also the same object again, so that
SQLite's own memory of prepared statements finds it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

#: Texts differ by the number of their marks; a living server knows a few hundred.
MOST = 2048


class RememberingCursor(base.SQLiteCursorWrapper):
    """A cursor that knows the texts it has translated before."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        """Give the statement as SQLite wants it."""
        if param_names is not None or not isinstance(query, str):
            return super().convert_query(query, param_names=param_names)
        return _with_question_marks(query)


@lru_cache(maxsize=MOST)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection, whose cursors remember."""

    def create_cursor(self, name: str | None = None) -> Any:
        """Make a cursor."""
        return self.connection.cursor(factory=RememberingCursor)
