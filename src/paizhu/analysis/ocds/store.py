"""Stores of published procurement data: Parquet parts below the data folder, each with its digest.

A part holds only the rows that no earlier part holds, so a file that grew costs what is new in it, and
a flag can be raised again on the rows it saw. A store says what it is for and until when it is kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final

import duckdb

from paizhu.analysis.ocds import reading, tables
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text

_NAMED: Final = "store.json"
_BLOCK: Final = 1 << 20
_SAMPLES: Final = 16


@dataclass(frozen=True, slots=True)
class Part:
    """One load: where it came from, and the digest of the rows that were new in it."""

    file: str
    source: str
    size: int
    changed_at: float
    sample: str
    rows_read: int
    rows: int
    digest: str
    loaded_at: str


@dataclass(frozen=True, slots=True)
class Store:
    """A store by its name."""

    folder: Path
    purpose: str
    expires: date
    parts: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def spill(self) -> Path:
        return self.folder / ".spill"

    def files(self) -> list[Path]:
        """Give the files of the parts, in the order of loading."""
        return [self.folder / part.file for part in self.parts if part.rows]


def home(data: Path) -> Path:
    """Give the folder of the stores."""
    return data / "business" / "ocds"


def stores(data: Path) -> list[Store]:
    """List the stores there are."""
    return [_read(path.parent) for path in sorted(home(data).glob(f"*/{_NAMED}"))]


def opened(data: Path, name: str, *, on: date) -> Store:
    """Give a store whose time is not over and whose rows are those that were loaded."""
    store = _known(data, name)
    if store.expires < on:
        raise NotAllowed(Text(
            f"数据“{name}”的保存期限已于 {store.expires} 届满，不能再用。请删除：paizhu ocds remove {name}",
            f"“{name}” was to be kept until {store.expires} and may no longer be used. "
            f"Remove it: paizhu ocds remove {name}"))  # fmt: skip
    for part in store.parts:
        if part.rows and digest_of(store.folder / part.file) != part.digest:
            raise Conflict(Text(
                f"数据“{name}”中来自 {part.source} 的部分已被改动或丢失。请删除后重新导入。",
                f"The part of “{name}” read from {part.source} was changed or is gone. Remove the "
                "store and load it again."))  # fmt: skip
    return store


def make(data: Path, name: str, *, purpose: str | None, expires: date | None, on: date) -> Store:
    """Open a store to load into, or make it; a new one must say what for and until when."""
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise Invalid(Text(
            "名称只能用英文字母、数字、连字符和下划线。",
            "A name has letters, digits, hyphens and underscores only."))  # fmt: skip
    if (home(data) / name / _NAMED).is_file():
        return opened(data, name, on=on)
    if not purpose or expires is None or expires < on:
        raise Invalid(Text(
            "新建数据须写明用途（--purpose）和保存到哪一天（--expires，不早于今天）。",
            "A new store says what it is for (--purpose) and until when it is kept (--expires, not "
            "before today)."))  # fmt: skip
    store = Store(home(data) / name, purpose, expires)
    store.folder.mkdir(parents=True, exist_ok=True)
    _write(store)
    return store


def load(
    connection: duckdb.DuckDBPyConnection, file: Path, store: Store, *, now: datetime
) -> tuple[Store, Part | None]:
    """Read a file into the store; give the part, or None where this very file was loaded before."""
    if not file.is_file():
        raise Invalid(Text(f"没有这个文件：{file}", f"There is no such file: {file}"))
    state, sample = file.stat(), _sample(file)
    known = (state.st_size, state.st_mtime, sample)
    if any((part.size, part.changed_at, part.sample) == known for part in store.parts):
        return store, None
    whole = store.folder / f".{os.getpid()}.part"
    try:
        read = reading.store_lines(connection, file, target=whole)
        target = store.folder / f"{len(store.parts):04}.parquet"
        rows = _keep_new(connection, whole, store.files(), target, read)
    finally:
        whole.unlink(missing_ok=True)
    part = Part(
        target.name, str(file.name), state.st_size, state.st_mtime, sample, read, rows,
        digest_of(target) if rows else "", now.isoformat(timespec="seconds"),
    )  # fmt: skip
    store = replace(store, parts=(*store.parts, part))
    _write(store)
    return store, part


def remove(data: Path, name: str) -> Store:
    """Remove a store with all its rows."""
    store = _known(data, name)
    shutil.rmtree(store.folder)
    return store


def _keep_new(
    connection: duckdb.DuckDBPyConnection, whole: Path, before: list[Path], target: Path, read: int
) -> int:
    if not before:
        whole.replace(target)
        return read
    earlier = ", ".join(tables.quoted(path) for path in before)
    columns = ", ".join(_columns(connection, whole))
    found = connection.execute(
        f"COPY (SELECT * REPLACE (file_row_number AS place) FROM (SELECT *, hash({columns}) AS h "
        f"FROM read_parquet({tables.quoted(whole)}, file_row_number = true)) "
        f"ANTI JOIN (SELECT ocid, hash({columns}) AS h FROM read_parquet([{earlier}])) AS old "
        "USING (ocid, h)) "
        f"TO {tables.quoted(target)} (FORMAT parquet, COMPRESSION zstd)"
        .replace("SELECT * REPLACE", "SELECT * EXCLUDE (h, file_row_number) REPLACE")
    ).fetchone()  # fmt: skip
    rows = int(found[0]) if found else 0
    if not rows:
        target.unlink()
    return rows


def _columns(connection: duckdb.DuckDBPyConnection, whole: Path) -> Iterator[str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({tables.quoted(whole)})")
    yield from (row[0] for row in described.fetchall() if row[0] != "place")


def _known(data: Path, name: str) -> Store:
    folder = home(data) / name
    if not (folder / _NAMED).is_file():
        there = [store.name for store in stores(data)]
        raise NotFound(Text(
            f"没有名为“{name}”的数据；有：{'、'.join(there) or '无'}。",
            f"There is no store “{name}”; there are: {', '.join(there) or 'none'}."))  # fmt: skip
    return _read(folder)


def _read(folder: Path) -> Store:
    raw = json.loads((folder / _NAMED).read_text("utf-8"))
    parts = tuple(Part(**part) for part in raw["parts"])
    return Store(folder, raw["purpose"], date.fromisoformat(raw["expires"]), parts)


def _write(store: Store) -> None:
    said = {
        "purpose": store.purpose,
        "expires": store.expires.isoformat(),
        "parts": [asdict(part) for part in store.parts],
    }
    target = store.folder / _NAMED
    part = target.with_suffix(".part")
    part.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
    part.replace(target)


def digest_of(path: Path) -> str:
    """Give the digest of a file, or nothing where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _sample(path: Path) -> str:
    """Tell a file from another by its ends and what lies between; size and time are asked as well."""
    whole, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(max(0, (size - _BLOCK // _SAMPLES) * number // (_SAMPLES - 1)))
            whole.update(file.read(_BLOCK // _SAMPLES))
    return f"sha256:{whole.hexdigest()}"
