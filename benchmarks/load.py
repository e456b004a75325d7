"""A long issue book taken into the store: CPU seconds, peak memory, as a ratio to a plain read of it.

PAIZHU_BENCH_ROWS=10000000 measures the full size; the bounds are those of the full size, by the row.
"""

from __future__ import annotations

import csv
import os
import resource
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.importing import import_file
from tests.analysis.conftest import NOW, make_source, make_world

ROWS = int(os.environ.get("PAIZHU_BENCH_ROWS", "1000000"))
#: Ten million rows in five minutes, and in four gigabytes.
SECONDS_A_MILLION, MOST_MEGABYTES = 30.0, 4096


def run() -> dict[str, object]:
    """Load a book, then the same book grown by a hundredth."""
    call_command("migrate", verbosity=0)
    world = make_world()
    make_source(world, "issues", table="issues")
    folder = Path(settings.PAIZHU_DATA)
    book = _write(folder / "issues.csv", ROWS)
    started = time.process_time()
    plain = _read_only(book)
    read = time.process_time() - started
    given = {"source": "issues", "actor": world.officer}
    steps: dict[str, int] = {}
    started, wall = time.process_time(), time.perf_counter()
    first = import_file("issues", book, now=NOW, progress=steps.__setitem__, **given)  # type: ignore[arg-type]
    taken, waited = time.process_time() - started, time.perf_counter() - wall
    grown = _write(folder / "grown.csv", ROWS + ROWS // 100)
    started = time.process_time()
    second = import_file("issues", grown, now=NOW + timedelta(days=1), **given)  # type: ignore[arg-type]
    again = time.process_time() - started
    size = sum(file.stat().st_size for file in store.folder().rglob("*.parquet"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    misses = []
    if first.kept != plain or second.quality.unchanged != plain:
        misses.append(
            f"{first.kept} of {plain} rows came in, {second.quality.unchanged} stood again"
        )
    if taken > SECONDS_A_MILLION * ROWS / 1e6:
        misses.append(f"the load took {taken:.0f} CPU seconds for {ROWS} rows")
    if peak > MOST_MEGABYTES:
        misses.append(f"the load took {peak} MB, at most {MOST_MEGABYTES} wanted")
    return {
        f"load of {ROWS} rows": {
            "CPU seconds": round(taken, 1), "seconds": round(waited, 1),
            "times a plain read": round(taken / read, 1), "peak MB": peak,
            "stored bytes a row": round(size / ROWS, 1), "steps told": sorted(steps),
        },
        "the same book grown by 1 %": {
            "CPU seconds": round(again, 1), "rows stored": second.kept - second.quality.unchanged,
        },
        "misses": misses,
    }  # fmt: skip


def _write(path: Path, rows: int) -> Path:
    headers = [column.title.zh for column in tables()["issues"].columns.values()]
    with path.open("w", encoding="utf-8") as out:
        out.write(",".join(headers) + "\n")
        for n in range(rows):
            out.write(
                f"市第{n % 20}医院,CK2025{n:08},科室{n % 60},HC{n % 5000:05},B{n % 997:04},"
                f"{n % 37 + 1},2025-{1 + n % 6:02}-{1 + n % 28:02}\n"
            )
    return path


def _read_only(book: Path) -> int:
    """Take the file apart and do nothing with it."""
    with book.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1
