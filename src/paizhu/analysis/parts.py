"""Read a long file in parts that stay when the process is stopped, so that it goes on from there.

A part is complete when its counts lie beside it. The parts of a file are known by what the file
holds and how it is read: the same file under another mapping begins anew.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from paizhu.analysis import store
from paizhu.analysis.forbidden import ColumnContent
from paizhu.analysis.mapping import Mapped
from paizhu.analysis.problems import Problem
from paizhu.analysis.reading import Profile, TypedRows, profile
from paizhu.analysis.reports import ProblemList, Progress
from paizhu.analysis.sheets import Row, Sheet
from paizhu.analysis.tables import Table
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import Conflict, Invalid
from paizhu.kernel.text import Text

#: Rows of one part; about five seconds of work may be lost.
PART_ROWS: Final = 250_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One file being read for one source under one mapping."""

    sheet: Sheet
    table: Table
    mapped: Mapped
    #: What the file is called in reports and in the store.
    called: str
    folder: Path
    progress: Progress | None


@dataclass(slots=True)
class Counts:
    """How many rows were read and kept, and what is wrong with the others."""

    read: int = 0
    kept: int = 0
    problems: ProblemList = field(default_factory=ProblemList)


@contextmanager
def working(source: str, file_digest: str, mapped: Mapped, *, sheet: str) -> Iterator[Path]:
    """Give the folder of the parts of this file, to one process at a time; keep it when stopped."""
    how = mapped.map.model_dump(mode="json")
    key = digest(canonical([source, file_digest, sheet, json.dumps(how, sort_keys=True)]))
    folder = store.folder() / ".parts" / key.removeprefix("sha256:")[:32]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(Text(
                "同一文件正在导入。请等它完成后再查看结果。",
                "This very file is being imported. Wait until it is done, then look.")) from None  # fmt: skip
        try:
            yield folder
        except Invalid:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        # Whoever is stopped before this line leaves the parts for the next attempt.
        shutil.rmtree(folder, ignore_errors=True)


def first_look(reading: Reading) -> Profile:
    """Look at every cell, or take what an earlier attempt saw."""
    kept = reading.folder / "profile.json"
    if kept.is_file():
        return _profile(json.loads(kept.read_text("utf-8")))
    types = reading.table.columns
    dates = [index for name, index in reading.mapped.indexes.items() if types[name].type == "date"]
    seen = profile(reading.sheet, dates=dates, progress=reading.progress)
    _put(kept, {
        "contents": {index: _plain(content) for index, content in seen.contents.items()},
        "orders": {index: sorted(orders) for index, orders in seen.orders.items()},
        "rows": seen.rows,
    })  # fmt: skip
    return seen


def _plain(content: ColumnContent) -> dict[str, Any]:
    return {
        "filled": content.filled,
        "shaped": dict(content.shaped),
        "passed": dict(content.passed),
        "first_row": content.first_row,
    }


def _profile(known: dict[str, Any]) -> Profile:
    contents = {
        int(index): ColumnContent(one["filled"], Counter(one["shaped"]), Counter(one["passed"]),
                                  one["first_row"])
        for index, one in known["contents"].items()
    }  # fmt: skip
    orders = {int(index): set(one) for index, one in known["orders"].items()}
    return Profile(contents, orders, known["rows"])


def read_parts(reading: Reading, seen: Profile) -> tuple[Counts, tuple[Path, ...]]:
    """Write the good rows as Parquet, part by part; skip the parts that are there."""
    counts, files = Counts(), []
    rows = reading.sheet.rows()
    number = 0
    while (first := next(rows, None)) is not None:
        part = chain([first], islice(rows, PART_ROWS - 1))
        file = reading.folder / f"{number:05}.parquet"
        done = file.with_suffix(".json")
        if done.is_file():
            for _ in part:
                pass
        else:
            _write(reading, seen, part, file=file, before=counts.read)
        _add(counts, json.loads(done.read_text("utf-8")))
        files.append(file)
        number += 1
        if reading.progress:
            reading.progress("read", counts.read)
    return counts, tuple(files)


def _write(
    reading: Reading, seen: Profile, part: Iterator[Row], *, file: Path, before: int
) -> None:
    rows = TypedRows(
        reading.sheet, reading.table, reading.mapped, seen, ProblemList(),
        called=reading.called, before=before,
    )  # fmt: skip
    typed = file.with_suffix(".csv")
    with typed.open("w", encoding="utf-8", newline="") as out:
        rows.write(out, part, progress=reading.progress)
    store.write(typed, reading.table, target=file)
    typed.unlink()
    problems = [asdict(one) for one in rows.problems.kept]
    _put(file.with_suffix(".json"), {
        "read": rows.read, "kept": rows.kept, "total": rows.problems.total, "problems": problems,
    })  # fmt: skip


def _add(counts: Counts, part: dict[str, Any]) -> None:
    counts.read += part["read"]
    counts.kept += part["kept"]
    for one in part["problems"]:
        counts.problems.add(Problem(**{**one, "say": Text(**one["say"])}))
    counts.problems.total += part["total"] - len(part["problems"])


def _put(file: Path, value: object) -> None:
    """Write a small file that is there wholly or not at all."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    part.replace(file)
