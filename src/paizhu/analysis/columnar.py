"""Read a Parquet file row by row, with its own types; the engine sees this file and no other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb

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


def _asks(path: Path, rest: str = "") -> str:
    return f"SELECT * FROM read_parquet('{_safe(path)}', hive_partitioning = false) {rest}"


def _safe(path: Path) -> str:
    return str(path).replace("'", "''")


def _rows(path: Path) -> Iterator[Row]:
    number = 0
    try:
        with _connect(path) as connection:
            found = connection.execute(_asks(path))
            while block := found.fetchmany(_BLOCK):
                for row in block:
                    number += 1
                    yield number, [_cell(value) for value in row]
    except duckdb.Error:
        raise Invalid(damaged_after(number)) from None


def _cell(value: Any) -> object:
    if value is None or isinstance(value, _PLAIN) or hasattr(value, "as_tuple"):
        return value
    if hasattr(value, "year"):
        # A moment with a zone counts for the day it names.
        return value.replace(tzinfo=None) if getattr(value, "tzinfo", None) else value
    return Nested(value)
