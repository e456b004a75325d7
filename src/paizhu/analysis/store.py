"""The business store: Parquet files below the data folder, seen through DuckDB views.

A connection sees the rows of the sources it was given and nothing else: no other file, no network,
no extension, and its settings are locked.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb
from django.conf import settings

from paizhu.analysis.models import Load, Source
from paizhu.analysis.permits import usable
from paizhu.analysis.tables import STORED_AS, Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: Every stored row knows its file, sheet, row, and the digest of what it says.
PROVENANCE: Final = {"_file": "VARCHAR", "_sheet": "VARCHAR", "_row": "BIGINT", "_line": "VARCHAR"}
#: How an empty cell is written on its way into the store; no cell holds this.
NULL: Final = "\x01"
MEMORY_LIMIT: Final = "768MB"
#: What does not fit into memory goes to disk, up to here.
SPILL_LIMIT: Final = "20GB"
_BLOCK: Final = 1 << 20
_ROW_ID: Final = "_load || ':' || _row AS row_id"


def folder() -> Path:
    """Give the folder of business data."""
    return Path(settings.PAIZHU_DATA) / "business"


def _bare(
    memory_limit: str, spill: Path, *, spill_limit: str = SPILL_LIMIT
) -> duckdb.DuckDBPyConnection:
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        config={
            # Without these an ordinary query stalls on a look-up of a name on the network.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory_limit,
            "threads": "2",
            "temp_directory": str(spill),
            "max_temp_directory_size": spill_limit,
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
    seen_at: datetime | None = None,
    spill_limit: str = SPILL_LIMIT,
) -> duckdb.DuckDBPyConnection:
    """Open the rows of these sources, as far as they are approved and not expired on `on`.

    With `seen_at` only what had been loaded by then: the rows that an earlier run saw.
    """
    loads = [one for one in loads_of(sources, on) if seen_at is None or one.at <= seen_at]
    connection = _opened(loads, tables, memory_limit, spill_limit)
    files = ", ".join(_quoted(str(folder() / load.stored_as)) for load in loads)
    connection.execute(f"SET allowed_paths = [{files}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def connect_beside(
    parquet: Path, sources: Iterable[Source], *, tables: Iterable[Table], on: date
) -> duckdb.DuckDBPyConnection:
    """Open the rows of these sources and, as `_new`, a file not yet among them. For our own SQL."""
    connection = _opened(loads_of(sources, on), tables, MEMORY_LIMIT, SPILL_LIMIT)
    file = _quoted(str(parquet))
    connection.execute(f'CREATE VIEW "_new" AS SELECT * FROM read_parquet({file})')
    return connection


def loads_of(sources: Iterable[Source], on: date) -> list[Load]:
    """Give what was loaded from these sources, as far as they are approved and not expired."""
    found = Load.objects.filter(source__in=usable(sources, on=on), removed_at__isnull=True)
    return list(found.select_related("source").order_by("id"))


def _opened(
    loads: Sequence[Load], tables: Iterable[Table], memory_limit: str, spill_limit: str
) -> duckdb.DuckDBPyConnection:
    check_present(loads)
    connection = _bare(memory_limit, folder() / ".spill", spill_limit=spill_limit)
    for table in tables:
        mine = [load for load in loads if load.source.table == table.table]
        connection.execute(_every(table, mine))
        connection.execute(_view(table, mine))
    return connection


def check_present(loads: Iterable[Load]) -> None:
    """Raise Invalid if a stored file is gone."""
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
    made = standing(table, loads)
    return "; ".join(f'CREATE VIEW "{name}" AS {query}' for name, query in made.items())


def standing(table: Table, loads: Sequence[Load]) -> dict[str, str]:
    """Write the rows as they stand now, and as measures see them: declared columns, a name for the row."""
    columns = ", ".join(f'"{name}"' for name in table.columns)
    return {
        f"_now_{table.table}": f'SELECT * FROM "_every_{table.table}" {_latest(table, loads)}',
        table.table: f'SELECT {columns}, {_ROW_ID} FROM "_now_{table.table}"',
    }


def _latest(table: Table, loads: Sequence[Load]) -> str:
    """Keep the lines of the last load that names an entry: books grow and come again."""
    bodies = {load.source.body_id for load in loads}
    if len(bodies) == len(loads) or not any(load.replaces for load in loads):
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
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _stored_columns(table).items())
    with _bare(MEMORY_LIMIT, folder() / ".spill") as connection:
        _copy(
            connection,
            f"SELECT * FROM read_csv({_quoted(str(rows))}, columns={{{columns}}}, "
            f"auto_detect=false, header=false, delim=',', quote='\"', escape='\"', "
            f"nullstr='{NULL}', max_line_size=16777216)",
            target,
        )


def sweep(standing: Collection[str], *, before: datetime) -> None:
    """Delete what no load names and is older than `before`: the remains of killed imports, and what
    a killed process had put on disk when its memory was full.
    """
    remains = [
        p for p in folder().glob("*/source=*/*") if str(p.relative_to(folder())) not in standing
    ]
    for path in (*remains, *folder().glob(".parts/*"), *folder().glob(".spill/*")):
        if path.stat().st_mtime < before.timestamp():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def combine(parts: Sequence[Path], *, target: Path) -> None:
    """Put the parts of a file together, in their order; they stay, should the process be stopped."""
    if len(parts) == 1:
        target.unlink(missing_ok=True)
        os.link(parts[0], target)
        return
    files = ", ".join(_quoted(str(part)) for part in parts)
    with _bare(MEMORY_LIMIT, folder() / ".spill") as connection:
        _copy(connection, f"SELECT * FROM read_parquet([{files}])", target)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a new file says beside what stands: rows that stand already, and entries that changed."""

    unchanged: int = 0
    replaces: bool = False


def difference(
    connection: duckdb.DuckDBPyConnection, table: Table, *, own_loads: Sequence[int]
) -> Difference:
    """Compare `_new` with what stands, entry by entry. An entry stays away only as a whole, and
    only when this very source has it: another source may expire first.
    """
    there = f'FROM "_now_{table.table}"'
    if connection.execute(f"SELECT 1 {there} LIMIT 1").fetchone() is None:
        return Difference()
    key = _entry(table)
    mine = ", ".join(str(load) for load in own_loads) or "NULL"
    says = "count(*) AS lines, sum(hash(_line)::HUGEINT) AS says"
    connection.execute(
        f'CREATE TEMP TABLE "_same" AS SELECT new.entry, new.lines, '
        "coalesce(old.mine AND new.lines = old.lines AND new.says = old.says, false) AS same "
        f"FROM (SELECT {key} AS entry, {says} FROM _new GROUP BY 1) AS new "
        f"JOIN (SELECT {key} AS entry, {says}, bool_and(_load IN ({mine})) AS mine {there} "
        "GROUP BY 1) AS old ON new.entry = old.entry"
    )
    found = connection.execute(
        "SELECT coalesce(sum(lines) FILTER (same), 0), coalesce(bool_or(NOT same), false) FROM _same"
    ).fetchone()
    return Difference(int(found[0]), bool(found[1])) if found else Difference()


def write_new(connection: duckdb.DuckDBPyConnection, table: Table, *, target: Path) -> None:
    """Write the rows of `_new` whose entry does not stand already, after `difference`."""
    same = 'SELECT entry FROM "_same" WHERE same'
    _copy(connection, f"SELECT * FROM _new WHERE {_entry(table)} NOT IN ({same}) ORDER BY _row", target)  # fmt: skip


def _entry(table: Table) -> str:
    """Name the entry of a row by its identity; a row without a whole one is known by what it says."""
    missing = " OR ".join(f'"{name}" IS NULL' for name in table.identity)
    parts = ", ".join(f'"{name}"::VARCHAR' for name in table.identity)
    return f"CASE WHEN {missing} THEN '=' || _line ELSE concat_ws(chr(31), {parts}) END"


def _copy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        connection.execute(
            f"COPY ({query}) TO {_quoted(str(part))} (FORMAT parquet, COMPRESSION zstd)"
        )
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    finally:
        part.unlink(missing_ok=True)


def rows_at(
    connection: duckdb.DuckDBPyConnection, table: Table, row_ids: Sequence[str]
) -> list[dict[str, object]]:
    """Give the named rows as they stand in the store, in the order named; gone ones are left out."""
    # By load and number, so that only the stretches of a file that hold them are read.
    wanted: dict[int, set[int]] = {}
    for row_id in row_ids:
        load, _, row = row_id.partition(":")
        if load.isdecimal() and row.isdecimal():
            wanted.setdefault(int(load), set()).add(int(row))
    if not wanted:
        return []
    found = connection.execute(" UNION ALL ".join(
        f'SELECT *, {_ROW_ID} FROM "_every_{table.table}" WHERE _load = {load} '
        f"AND _row BETWEEN {min(rows)} AND {max(rows)} AND _row IN ({', '.join(map(str, sorted(rows)))})"
        for load, rows in wanted.items()
    ))  # fmt: skip
    names = [column[0] for column in found.description or ()]
    there = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    by_id = {str(row["row_id"]): row for row in there}
    return [by_id[row_id] for row_id in row_ids if row_id in by_id]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
