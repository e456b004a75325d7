"""Take one table of a PostgreSQL database that may only be read, as a copy that goes after the import.

Only the command line comes here: an address that is sent over a page would let the sender look round
the network. The account must be unable to write; columns that must not come in are never fetched.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from paizhu.analysis import store
from paizhu.analysis.forbidden import kind_of_header
from paizhu.analysis.reports import Progress
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text

SUFFIX: Final = ".postgres"
#: Read-only twice over: by the session, and by each transaction in it.
_OPTIONS: Final = (
    "-c default_transaction_read_only=on -c statement_timeout=3600000 -c lock_timeout=5000 "
    "-c synchronize_seqscans=off -c search_path="
)
_STEP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is: the address without a password, its schema and its name."""

    address: str
    schema: str
    table: str


def read_place(path: Path) -> Place:
    """Read `{"address": "postgresql://reader@host/db", "table": "schema.table"}`; the password is the
    machine's own affair (PGPASSFILE) and may not stand there.
    """
    try:
        said = json.loads(path.read_text("utf-8-sig"))
        schema, _, table = said["table"].rpartition(".")
        parts = psycopg.conninfo.conninfo_to_dict(said["address"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, psycopg.ProgrammingError):
        raise Invalid(Text(
            f"“{path.name}”须为 JSON，写明 address 和 table（模式.表）。",
            f"“{path.name}” must be JSON that gives an address and a table (schema.table).")) from None  # fmt: skip
    if "password" in parts or "sslkey" in parts or "passfile" in parts:
        raise Invalid(Text(
            f"“{path.name}”不得写密码。请用 PGPASSFILE 指定的口令文件。",
            f"“{path.name}” may not hold a password. Use the file that PGPASSFILE names.")) from None  # fmt: skip
    return Place(said["address"], schema or "public", table)


@contextmanager
def snapshot(place: Place, *, progress: Progress | None = None) -> Iterator[Path]:
    """Copy the table as JSON lines into the data folder for as long as it is being imported."""
    parts = store.folder() / ".parts"
    parts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parts, prefix="copy-") as folder:
        path = Path(folder) / f"{place.schema}.{place.table}.jsonl"
        try:
            with psycopg.connect(place.address, options=_OPTIONS, connect_timeout=10) as connection:
                connection.read_only = True
                connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                _copy(connection, place, path, progress)
        except psycopg.Error as error:
            first = (str(error).splitlines() or ["?"])[0]
            raise Invalid(Text(f"不能读取“{place.table}”：{first}", f"“{place.table}” cannot be read: {first}")) from None  # fmt: skip
        yield path


def _copy(
    connection: psycopg.Connection, place: Place, path: Path, progress: Progress | None
) -> None:
    name = sql.Identifier(place.schema, place.table)
    _check_cannot_write(connection, name, place)
    found = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(name))
    columns = [column.name for column in found.description or ()]
    # Where a header names what must not come in, the rows stay where they are: the report says why.
    limit = sql.SQL("LIMIT 0" if any(map(kind_of_header, columns)) else "")
    query = sql.SQL("COPY (SELECT row_to_json(t) FROM (SELECT * FROM {} {}) AS t) TO STDOUT")
    number = 0
    with path.open("w", encoding="utf-8") as out, connection.cursor() as cursor:
        out.write(json.dumps(dict.fromkeys(columns), ensure_ascii=False) + "\n")
        with cursor.copy(query.format(name, limit)) as rows:
            for number, row in enumerate(rows.rows(), start=1):
                out.write(str(row[0]).replace("\n", " ") + "\n")
                if progress and number % _STEP == 0:
                    progress("copy", number)


def _check_cannot_write(connection: psycopg.Connection, name: sql.Identifier, place: Place) -> None:
    asked = connection.execute(
        "SELECT pg_catalog.has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE'), "
        "rolsuper OR rolcreatedb OR rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user",
        [name.as_string(connection)],
    ).fetchone()
    if asked is None or any(asked):
        raise NotAllowed(Text(
            f"此账号可以改动“{place.table}”。请向提供单位要一个只能读取的账号。",
            f"This account may change “{place.table}”. Ask the unit for one that can only read."))  # fmt: skip
