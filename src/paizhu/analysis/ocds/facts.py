"""What is true of the rows of a store, whatever is asked: found once, kept beside them, only read later.

Nothing in here depends on a setting or a parameter. The folder is named after the rows, the
statements and the engine it was made with; where one of them is another, the facts are found anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Final

import duckdb

from paizhu.analysis.ocds import judging, tables
from paizhu.analysis.ocds.store import Store, digest_of

_NAMED: Final = "facts.json"
#: name: the table it is made from. Of our own answers, of both, and of the field's tool.
_OURS: Final = ("tender", "population", "share", "seen", "award", "outcome")
_THEIRS: Final = {"offer": "offer", "other": "other", "party": "party", "name": "named"}


def ready(connection: duckdb.DuckDBPyConnection, store: Store) -> Path:
    """Give the folder of the facts of a store; find them out where they are not there, or not whole."""
    folder = store.folder / f"facts-{_made_of(store)}"
    if not _is_whole(folder):
        tables.put_lines(connection, store.files())
        _remove_older(store)
        made = store.folder / f".{os.getpid()}.facts"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        try:
            _find(connection, made)
            made.replace(folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return folder


def see(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """See the facts as the tables `kept_…`."""
    for name in (*_OURS, *_THEIRS):
        file = tables.quoted(folder / f"{name}.parquet")
        connection.execute(f"CREATE TEMP VIEW kept_{name} AS SELECT * FROM read_parquet({file})")


def _find(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    judging.find(connection)
    tables.run(connection, "judge/seen", parties="", wanted="")
    for name in _OURS:
        _write(connection, name, folder / f"{name}.parquet")
        if name != "outcome":
            connection.execute(f"DROP TABLE {name}")
    connection.execute("DROP TABLE bid")
    tables.run(connection, "equal/counted_all", "equal/offers", "equal/bids", "others", "tenderers")
    tables.run(connection, "equal/parties")
    tables.run(connection, "names", wanted="WHERE party IS NOT NULL")
    for name, table in _THEIRS.items():
        _write(connection, table, folder / f"{name}.parquet")
    connection.execute(
        "DROP VIEW bid; DROP TABLE offer; DROP TABLE other; DROP TABLE named; DROP TABLE party; "
        "DROP TABLE outcome"
    )
    digests = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
    (folder / _NAMED).write_text(json.dumps(digests, indent=1), "utf-8")


def _write(connection: duckdb.DuckDBPyConnection, table: str, target: Path) -> None:
    connection.execute(
        f"COPY (SELECT * FROM {table}) TO {tables.quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
    )


def _is_whole(folder: Path) -> bool:
    if not (folder / _NAMED).is_file():
        return False
    digests: dict[str, str] = json.loads((folder / _NAMED).read_text("utf-8"))
    return all(digest_of(folder / name) == digest for name, digest in digests.items())


def _made_of(store: Store) -> str:
    whole = hashlib.sha256(duckdb.__version__.encode())
    for file in sorted(tables.SQL.rglob("*.sql")):
        whole.update(file.read_bytes())
    for part in store.parts:
        whole.update(part.digest.encode())
    return whole.hexdigest()[:16]


def _remove_older(store: Store) -> None:
    for folder in (*store.folder.glob("facts-*"), *store.folder.glob(".*.facts")):
        shutil.rmtree(folder)
