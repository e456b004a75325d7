"""The connection, the statements in files, and the releases as a table `line`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

SQL: Final = Path(__file__).resolve().parent / "sql"
#: How many rows a part of the store may have; `rid` is the number of the part and that of the row.
PART_BITS: Final = 40
THREADS: Final = 2


def connect(
    *, spill: Path, memory_limit: str | None = None, threads: int = THREADS
) -> duckdb.DuckDBPyConnection:
    """Open an empty place to work in; what does not fit into memory goes below `spill`."""
    config: dict[str, Any] = {
        # Without these an ordinary query stalls on a look-up of a name on the network.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "threads": str(threads),
        "temp_directory": str(spill),
    }
    if memory_limit:
        config["memory_limit"] = memory_limit
    connection = duckdb.connect(config=config)
    connection.execute("SET enable_progress_bar = false")
    run(connection, "macros")
    return connection


def statement(name: str) -> str:
    """Give the text of a statement kept in a file."""
    return (SQL / f"{name}.sql").read_text("utf-8")


def run(connection: duckdb.DuckDBPyConnection, *names: str, **words: str) -> None:
    """Run statements kept in files, in order, with words put where they name them."""
    for name in names:
        text = statement(name)
        for key, word in words.items():
            text = text.replace(f"{{{key}}}", word)
        connection.execute(text)


def put_lines(connection: duckdb.DuckDBPyConnection, parts: Sequence[Path]) -> None:
    """See the stored parts as one table `line`; of a process named in several, the last counts."""
    selects = [
        f"SELECT {number}::BIGINT << {PART_BITS} | file_row_number AS rid, * EXCLUDE (file_row_number) "
        f"FROM read_parquet({quoted(part)}, file_row_number = true)"
        for number, part in enumerate(parts)
    ]
    connection.execute(f"CREATE OR REPLACE TEMP VIEW every AS {' UNION ALL '.join(selects)}")
    run(connection, "current" if len(parts) > 1 else "all")


def put_taken(connection: duckdb.DuckDBPyConnection) -> None:
    """See the rows that were taken from a file as the table `line`."""
    connection.execute("CREATE TEMP VIEW every AS SELECT rowid AS rid, * FROM taken")
    run(connection, "all")


def rows_at(connection: duckdb.DuckDBPyConnection, rids: Sequence[int]) -> list[dict[str, Any]]:
    """Give rows as they stand in the store, names and moments as text, in the order named."""
    found = connection.execute(statement("rows"), [list(rids)])
    names = [column[0] for column in found.description or ()]
    by_rid = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    return [by_rid[rid] for rid in rids if rid in by_rid]


def put(connection: duckdb.DuckDBPyConnection, name: str, value: object, kind: str) -> None:
    """Set a variable that the statements read."""
    connection.execute(f"SET VARIABLE {name} = ?::{kind}", [value])


def as_json(words: Iterable[str]) -> list[str]:
    """Give words as the store keeps them: as JSON text."""
    return [json.dumps(word, ensure_ascii=False) for word in words]


def quoted(word: str | os.PathLike[str]) -> str:
    """Give a word as SQL writes it."""
    return "'" + str(word).replace("'", "''") + "'"
