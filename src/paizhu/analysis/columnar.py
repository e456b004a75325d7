"""Read a Parquet file row by row, with its own types; the engine sees this file and no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb
from django.utils.timezone import localtime

from paizhu.analysis.sheets import (
    Nested,
    Row,
    Sheet,
    damaged_after,
    faulty,
    nothing_there,
    with_headers,
)
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_BLOCK: Final = 10_000
_PLAIN: Final = (str, int, float, bool)


def open_parquet(path: Path, *, sheet: str | None = None) -> Sheet:
    """Read the names of the columns; a file that cannot be read is a fault of the file."""
    del sheet  # a Parquet file has one
    try:
        with _connect(path) as connection:
            names = [column[0] for column in connection.execute(_asks(path, "LIMIT 0")).description]
    except duckdb.Error:
        return faulty(path, path.name, Text(
            "文件已损坏、被加密，或不是真正的 Parquet 文件。请重新导出。",
            "The file is broken, encrypted, or no real Parquet file. Export it again."))  # fmt: skip
    if not names:
        return faulty(path, path.name, nothing_there())
    opened = Sheet(path, path.name)
    return with_headers(opened, 0, names, lines=partial(_rows, path))


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": "768MB",
            "threads": "2",
        }
    )
    connection.execute(f"SET allowed_paths = ['{_safe(path)}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _asks(path: Path, rest: str = "", *, what: str = "*") -> str:
    return f"SELECT {what} FROM read_parquet('{_safe(path)}', hive_partitioning = false) {rest}"


def _safe(path: Path) -> str:
    return str(path).replace("'", "''")


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    try:
        with _connect(path) as connection:
            shown = connection.execute(_asks(path, "LIMIT 0")).description or ()
            zoned = frozenset(i for i, one in enumerate(shown) if "TIME ZONE" in str(one[1]))
            # The engine would want a library of zones; the moment as a number needs none.
            columns = ", ".join(
                f"epoch_us({_quoted(one[0])})" if i in zoned else _quoted(one[0])
                for i, one in enumerate(shown)
            )
            found = connection.execute(_asks(path, what=columns))
            while block := found.fetchmany(_BLOCK):
                for row in block:
                    number += 1
                    yield number, [_cell(v, is_zoned=i in zoned) for i, v in enumerate(row)]
    except duckdb.Error:
        raise Invalid(damaged_after(number)) from None


def _cell(value: Any, *, is_zoned: bool) -> object:
    if is_zoned and value is not None:
        # A moment with a zone counts for the day it has where the office is.
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)
        return localtime(moment).replace(tzinfo=None)
    if value is None or isinstance(value, _PLAIN) or hasattr(value, "as_tuple"):
        return value
    return value if isinstance(value, date) else Nested(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
