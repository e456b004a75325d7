"""Read one table of an SQLite file, read-only; what the file itself defines is not run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

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

#: No cell of a table is longer.
LONGEST: Final = 16 * 1024 * 1024


def open_database(path: Path, *, sheet: str | None = None) -> Sheet:
    """Choose the named table, or the first that holds rows, and read its columns."""
    try:
        with closing(_connect(path)) as connection:
            tables = _tables(connection)
            filled = [name for name in tables if _has_rows(connection, name)]
            return _choose(path, connection, sheet, tables, filled)
    except sqlite3.Error:
        return faulty(path, path.name, Text(
            "文件已损坏、被加密，或不是真正的 SQLite 数据库。请重新导出。",
            "The file is broken, encrypted, or no real SQLite database. Export it again."))  # fmt: skip


def _choose(
    path: Path, connection: sqlite3.Connection, wanted: str | None, tables: list[str],
    filled: list[str],
) -> Sheet:  # fmt: skip
    if wanted is not None and wanted not in tables:
        return faulty(path, path.name, Text(
            f"没有名为“{wanted}”的表；文件中有：{'、'.join(tables)}。",
            f"There is no table “{wanted}”; the file has: {', '.join(tables)}."))  # fmt: skip
    name = wanted or (filled[0] if filled else None)
    if name is None or name not in filled:
        return faulty(path, name or path.name, nothing_there())
    found = connection.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0")
    names = [column[0] for column in found.description]
    opened = Sheet(path, name, others=tuple(other for other in filled if other != name))
    return with_headers(opened, 0, names, lines=partial(_rows, path, name))


def _connect(path: Path) -> sqlite3.Connection:
    # Immutable: no journal beside the file is read, and none is written.
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    connection.text_factory = _text
    # A computed column makes of a few letters as long a text as it likes.
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Name the real tables: a view or a virtual table would run what the file says."""
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY rowid"
    )
    return [str(row[0]) for row in found]


def _has_rows(connection: sqlite3.Connection, name: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {_quoted(name)} LIMIT 1").fetchone() is not None


def _rows(path: Path, name: str) -> Iterator[Row]:
    number = 0
    try:
        with closing(_connect(path)) as connection:
            found = connection.execute(f"SELECT * FROM {_quoted(name)}")
            for number, row in enumerate(found, start=1):
                yield number, [_cell(value) for value in row]
    except sqlite3.Error:
        raise Invalid(damaged_after(number)) from None


def _cell(value: Any) -> object:
    return Nested(value.hex()) if isinstance(value, bytes) else value


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Nested(raw.hex())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
