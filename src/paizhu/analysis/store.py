"""The business store: Parquet files below the data folder, seen through DuckDB views.

A connection sees the rows of the sources it was given and nothing else: no other file, no network,
no extension, and its settings are locked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import duckdb
from django.conf import settings

from paizhu.analysis.models import Load, Source
from paizhu.analysis.tables import STORED_AS, Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: Every stored row knows its file, sheet, row, and the digest of what it says.
PROVENANCE: Final = {"_file": "VARCHAR", "_sheet": "VARCHAR", "_row": "BIGINT", "_line": "VARCHAR"}
#: How an empty cell is written on its way into the store; no cell holds this.
NULL: Final = "\x01"
MEMORY_LIMIT: Final = "768MB"
_BLOCK: Final = 1 << 20
_ROW_ID: Final = "_load || ':' || _row AS row_id"


def folder() -> Path:
    """Give the folder of business data."""
    return Path(settings.PAIZHU_DATA) / "business"


def _bare(memory_limit: str, spill: Path) -> duckdb.DuckDBPyConnection:
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            # Without these an ordinary query stalls on a look-up of a name on the network.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory_limit,
            "threads": "2",
            "temp_directory": str(spill),
            "preserve_insertion_order": "true",
        }
    )
    # It would be drawn into whatever the command line answers.
    connection.execute("SET enable_progress_bar = false")
    return connection


def connect(
    sources: Iterable[Source],
    *,
    tables: Iterable[Table],
    on: date,
    memory_limit: str = MEMORY_LIMIT,
) -> duckdb.DuckDBPyConnection:
    """Open the rows of these sources, as far as they are approved and not expired on `on`."""
    usable = [s.pk for s in sources if s.approved_by_id is not None and s.expires_date >= on]
    loads = list(
        Load.objects.filter(source_id__in=usable, removed_at__isnull=True)
        .select_related("source")
        .order_by("id")
    )
    _check_present(loads)
    connection = _bare(memory_limit, folder() / ".spill")
    for table in tables:
        mine = [load for load in loads if load.source.table == table.table]
        connection.execute(_every(table, mine))
        connection.execute(_view(table, mine))
    files = ", ".join(_quoted(str(folder() / load.stored_as)) for load in loads)
    connection.execute(f"SET allowed_paths = [{files}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _check_present(loads: Iterable[Load]) -> None:
    for load in loads:
        if not (folder() / load.stored_as).is_file():
            raise Invalid(Text(
                f"数据源“{load.source.key}”中“{load.file_name}”的数据文件不见了。请从备份恢复，或撤回这次导入后重新导入。",
                f"The stored rows of “{load.file_name}” in the source “{load.source.key}” are gone. Restore "
                "them from the backup, or withdraw that load and import the file again."))  # fmt: skip


def _every(table: Table, loads: Sequence[Load]) -> str:
    """All rows ever loaded and still there, so that a flag can show the ones it saw."""
    stored = (*_stored_columns(table).items(), ("_load", "BIGINT"), ("_body", "BIGINT"))
    empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in stored)
    parts = [f"SELECT {empty} WHERE false"] + [
        f"SELECT *, {load.pk}::BIGINT AS _load, {load.source.body_id}::BIGINT AS _body "
        f"FROM read_parquet({_quoted(str(folder() / load.stored_as))})"
        for load in loads
    ]
    return f'CREATE VIEW "_every_{table.table}" AS {" UNION ALL BY NAME ".join(parts)}'


def _view(table: Table, loads: Sequence[Load]) -> str:
    """The rows as they stand now, as measures see them: declared columns and a name for the row."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return (
        f'CREATE VIEW "{table.table}" AS SELECT {columns}, {_ROW_ID} '
        f'FROM "_every_{table.table}" {_latest(table, loads)}'
    )


def _latest(table: Table, loads: Sequence[Load]) -> str:
    """Keep the lines of the last load that names an entry: books grow and come again."""
    if len({load.source.body_id for load in loads}) == len(loads):
        return ""
    named = ", ".join(f'"{name}"' for name in table.identity)
    missing = " OR ".join(f'"{name}" IS NULL' for name in table.identity)
    return f"QUALIFY {missing} OR _load = max(_load) OVER (PARTITION BY _body, {named})"


def _stored_columns(table: Table) -> dict[str, str]:
    return {name: STORED_AS[c.type] for name, c in table.columns.items()} | PROVENANCE


def digest_of(path: Path) -> str:
    """Give the digest of a file of any size."""
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            whole.update(block)
    return f"sha256:{whole.hexdigest()}"


def write(rows: Path, table: Table, *, target: Path) -> None:
    """Turn checked rows (our own CSV) into a Parquet file that is there wholly or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _stored_columns(table).items())
    try:
        with _bare(MEMORY_LIMIT, folder() / ".spill") as connection:
            connection.execute(
                f"COPY (SELECT * FROM read_csv({_quoted(str(rows))}, columns={{{columns}}}, "
                f"auto_detect=false, header=false, delim=',', quote='\"', escape='\"', "
                f"nullstr='{NULL}', max_line_size=16777216)) "
                f"TO {_quoted(str(part))} (FORMAT parquet, COMPRESSION zstd)"
            )
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def sweep(standing: Collection[str], *, before: datetime) -> None:
    """Delete what no load names and is older than `before`: the remains of killed imports."""
    remains = [
        p for p in folder().glob("*/source=*/*") if str(p.relative_to(folder())) not in standing
    ]
    for path in (*remains, *folder().glob(".parts/*")):
        if path.stat().st_mtime < before.timestamp():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def reading(parquet: Path) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Ask one Parquet file: give what follows SELECT, and what follows its FROM."""
    with _bare(MEMORY_LIMIT, folder() / ".spill") as connection:

        def ask(what: str, rest: str = "") -> list[tuple[Any, ...]]:
            file = _quoted(str(parquet))
            return connection.execute(f"SELECT {what} FROM read_parquet({file}) {rest}").fetchall()

        yield ask


def rows_at(
    connection: duckdb.DuckDBPyConnection, table: Table, row_ids: Sequence[str]
) -> list[dict[str, object]]:
    """Give the named rows as they stand in the store, in the order named; gone ones are left out."""
    found = connection.execute(
        f'SELECT *, {_ROW_ID} FROM "_every_{table.table}" '
        "WHERE _load || ':' || _row IN (SELECT unnest(?))",
        [list(row_ids)],
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    by_id = {str(row["row_id"]): row for row in rows}
    return [by_id[row_id] for row_id in row_ids if row_id in by_id]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
