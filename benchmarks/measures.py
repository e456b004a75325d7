"""A purchase book in, a measure over it: as ratios to the plain work underneath, in one run.

Import is held against calamine reading the same sheet and doing nothing; the measure against DuckDB
scanning the columns it needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from paizhu.analysis import running, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Load, Source
from tests.analysis.conftest import (
    HEADERS,
    NOW,
    SPLIT,
    make_source,
    make_world,
    purchase,
    write_xlsx,
)

BOOK = 60_000
LARGE = 1_000_000
#: Bounds: more than the plain work by this factor is a miss.
IMPORT_BOUND, MEASURE_BOUND = 12.0, 40.0


def run() -> dict[str, object]:
    """Measure; every figure is the best of three, since other work may disturb one."""
    call_command("migrate", verbosity=0)
    world = make_world()
    folder = Path(settings.PAIZHU_DATA)
    book = write_xlsx(
        folder / "book.xlsx", HEADERS, [purchase(n, 合同金额=50 + n % 9000) for n in range(BOOK)]
    )
    source = make_source(world)
    plain = best(lambda: read_only(book))
    taken = best(lambda: import_file(
        "purchases", book, source=source.key, actor=world.officer, now=NOW, dry_run=True))  # fmt: skip
    import_file("purchases", book, source=source.key, actor=world.officer, now=NOW)
    small = best(lambda: running.run(SPLIT, actor=world.officer, now=NOW))
    Load.objects.all().delete()
    rows = put_large(source, world.officer.person)
    scanned = best(lambda: scan(source))
    large = best(lambda: running.run(SPLIT, actor=world.officer, now=NOW))
    misses = [
        f"{what} took {ratio:.1f} times the plain work, at most {bound} wanted"
        for what, ratio, bound in (
            ("import", taken / plain, IMPORT_BOUND), ("the measure", large / scanned, MEASURE_BOUND)
        )
        if ratio > bound
    ]  # fmt: skip
    return {
        f"import of {BOOK} rows": {
            "seconds": round(taken, 2), "rows a second": round(BOOK / taken),
            "times calamine alone": round(taken / plain, 1),
        },
        f"measure over {BOOK} rows": {"seconds": round(small, 3)},
        f"measure over {rows} rows": {
            "seconds": round(large, 2), "times a scan of its columns": round(large / scanned, 1)
        },
        "misses": misses,
    }  # fmt: skip


def best(do: Callable[[], object]) -> float:
    """Give the shortest of three times, in seconds."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        do()
        times.append(time.perf_counter() - started)
    return min(times)


def read_only(book: Path) -> int:
    """Read the sheet and do nothing with it."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(book) as opened:
        return sum(len(row) for row in opened.get_sheet_by_index(0).iter_rows())


def scan(source: Source) -> object:
    """Read the columns that the measure needs, once."""
    with store.connect([source], tables=tables().values(), on=NOW.date()) as connection:
        return connection.execute(
            "SELECT count(DISTINCT unit), count(DISTINCT supplier), count(item_class), count(method), "
            "max(signed_date), sum(amount), count(currency) FROM purchases"
        ).fetchone()


def put_large(source: Source, person: int) -> int:
    """Register a large load that was not read from a sheet: what is measured is the measure."""
    named = f"purchases/source={source.key}/large.parquet"
    target = store.folder() / named
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_suffix(".csv")
    with made.open("w", encoding="utf-8") as out:
        for n in range(LARGE):
            out.write(
                f"HT-{n},医院{n % 40},供应商{n % 3989},{store.NULL},耗材,类{n % 211},询价,"
                f"2025-{1 + n % 12:02}-{1 + n % 28:02},{(n * 7919) % 60_000},CNY,{store.NULL},"
                f"large,台账,{n},{n:024x}\n"
            )
    store.write(made, tables()["purchases"], target=target)
    made.unlink()
    Load.objects.create(
        source=source, digest="sha256:large", file_name="large", sheet="台账", rows_kept=LARGE,
        rows_refused=0, at=NOW, by_id=person, mapping={}, stored_as=named,
        stored_digest=store.digest_of(target),
    )  # fmt: skip
    return LARGE
