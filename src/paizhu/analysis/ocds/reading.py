"""Read releases: line by line, or in release packages, record packages and records."""

from __future__ import annotations

import codecs
import json
import shutil
from pathlib import Path
from typing import Final, Literal

import duckdb

from paizhu.analysis.ocds.tables import put_lines, put_taken, quoted, run, statement
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

Shape = Literal["releases", "wrapped", "document"]
Sent = Literal["kept", "ours", "theirs"]

_MONEY: Final = "STRUCT(amount JSON, currency JSON)"
#: The fields that are read; everything else in a release is passed over.
COLUMNS: Final = {
    "ocid": "JSON",
    "planning": "STRUCT(budget STRUCT(projectID JSON, project JSON))",
    "buyer": "STRUCT(id JSON)",
    "tender": (
        "STRUCT(status JSON, procurementMethod JSON, procurementMethodDetails JSON, "
        "mainProcurementCategory JSON, numberOfTenderers JSON, procuringEntity STRUCT(id JSON), "
        "tenderPeriod STRUCT(startDate JSON, endDate JSON))"
    ),
    "bids": (
        "STRUCT(details STRUCT(date JSON, status JSON, tenderers STRUCT(id JSON)[], "
        f"value {_MONEY})[])"
    ),
    "awards": (
        f"STRUCT(date JSON, status JSON, value {_MONEY}, suppliers STRUCT(id JSON)[], "
        "items STRUCT(classification STRUCT(id JSON))[])[]"
    ),
}
_RELEASE: Final = f"STRUCT({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})"
_WRAPPED: Final = COLUMNS | {
    "compiledRelease": _RELEASE,
    "releases": f"{_RELEASE}[]",
    "records": f"STRUCT(compiledRelease {_RELEASE})[]",
}
#: Longer lines are read on a second try, since the reader takes twice this for each thread.
_LINE: Final = 16 << 20
#: Up to here a second thread costs more than it helps: a tenth of the work, to spare a second of waiting.
SMALL: Final = 512 << 20
#: Up to here rows stay in memory; writing them as Parquet and reading them back is the dearer way.
_TAKEN: Final = 1 << 30
_PEEK: Final = 1 << 20
#: What is kept of when a bid was sent.
_SENT: Final[dict[Sent, str]] = {
    "kept": "sent_at: str(b.date)",
    "ours": "late: is_after(b.date::VARCHAR, end_at, zone)",
    "theirs": "late: is_text_after(b.date::VARCHAR, end_at)",
}
_WRAPPERS: Final = frozenset({"compiledRelease", "releases", "records"})


def shape_of(file: Path) -> Shape:
    """Tell from its first line whether a file holds releases line by line, or something around them."""
    with file.open("rb") as opened:
        line = b""
        while not line.strip():
            line = opened.readline()
            if not line:
                return "releases"
    try:
        first = json.loads(line)
    except ValueError:
        # Broken, or the first line of a document that goes over many.
        return "releases" if line.lstrip()[1:].strip() else "document"
    if isinstance(first, dict):
        return "wrapped" if _WRAPPERS & first.keys() else "releases"
    return "document"


def relation(file: Path, shape: Shape, *, longest: int = _LINE) -> str:
    """Give what stands after FROM: one row for each release, its fields as they are declared."""
    if shape == "releases":
        return _read_json(file, COLUMNS, "newline_delimited", maximum_object_size=longest)
    form = "newline_delimited" if shape == "wrapped" else "auto"
    size = max(longest, file.stat().st_size + 1)
    outer = _read_json(file, _WRAPPED, form, maximum_object_size=size)
    names = ", ".join(COLUMNS)
    return (
        f"(WITH outside AS MATERIALIZED (SELECT * FROM {outer}), "
        f"inside AS (SELECT unnest(releases) AS r FROM outside "
        "UNION ALL SELECT unnest(records).compiledRelease FROM outside "
        "UNION ALL SELECT compiledRelease FROM outside) "
        f"SELECT {', '.join(f'r.{name}' for name in COLUMNS)} FROM inside WHERE r IS NOT NULL "
        f"UNION ALL SELECT {names} FROM outside "
        "WHERE ocid IS NOT NULL AND compiledRelease IS NULL AND releases IS NULL AND records IS NULL)"
    )


def _read_json(file: Path, columns: dict[str, str], form: str, *, maximum_object_size: int) -> str:
    declared = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    return (
        f"read_json({quoted(file)}, columns = {{{declared}}}, format = '{form}', "
        # A field of another kind becomes NULL, a broken line a row of NULLs, and the rest is read.
        f"ignore_errors = true, maximum_object_size = {maximum_object_size})"
    )


def see_lines(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    *,
    folder: Path,
    as_it_is: bool = False,
    in_memory: int = _TAKEN,
    sent: Sent = "kept",
) -> None:
    """See a file as the table `line`; what is larger than `in_memory` is written into the folder.

    Unless it is `kept` when a bid was sent, only whether that was late is found out: `ours` or `theirs`.
    """
    target = folder / "lines.parquet"
    if file.is_file() and file.stat().st_size <= in_memory:
        taking = "CREATE TEMP TABLE taken AS {}"
        _read(connection, file, taking, beside=target, as_it_is=as_it_is, sent=sent)
        put_taken(connection)
    else:
        store_lines(connection, file, target=target, as_it_is=as_it_is, sent=sent)
        put_lines(connection, [target])
    if sent != "kept":
        run(connection, "told")


def store_lines(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    *,
    target: Path,
    as_it_is: bool = False,
    sent: Sent = "kept",
) -> int:
    """Write what the indicators need of a file as Parquet; give how many rows."""
    copy = f"COPY ({{}}) TO {quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
    return _read(connection, file, copy, beside=target, as_it_is=as_it_is, sent=sent)


def _read(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    taking: str,
    *,
    beside: Path,
    as_it_is: bool,
    sent: Sent,
) -> int:
    """Take the rows of a file; give how many.

    A byte order mark before the first line is passed over, unless the file is to be read `as_it_is`.
    """
    if not file.is_file():
        raise Invalid(Text(f"没有这个文件：{file}", f"There is no such file: {file}"))
    plain = beside.with_suffix(".plain")
    try:
        if not as_it_is and _copy_without_mark(file, plain):
            file = plain
        shape = shape_of(file)
        try:
            rows = _take(connection, relation(file, shape), taking, sent)
        except duckdb.InvalidInputException as error:
            if "maximum_object_size" not in str(error):
                raise
            longest = file.stat().st_size + 1
            rows = _take(connection, relation(file, shape, longest=longest), taking, sent)
    except duckdb.OutOfMemoryException as error:
        raise Invalid(Text(
            f"内存不够：{error}。请调高 --memory-limit。",
            f"There is not enough memory: {error}. Give a higher --memory-limit.")) from None  # fmt: skip
    finally:
        plain.unlink(missing_ok=True)
    return rows


def _take(connection: duckdb.DuckDBPyConnection, source: str, taking: str, sent: Sent) -> int:
    select = statement("lines").replace("{sent}", _SENT[sent]).replace("{source}", source)
    found = connection.execute(taking.replace("{}", select, 1)).fetchone()
    return int(found[0]) if found else 0


def _copy_without_mark(file: Path, target: Path) -> bool:
    with file.open("rb") as source:
        if source.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            return False
        with target.open("wb") as copy:
            shutil.copyfileobj(source, copy, _PEEK)
    return True
