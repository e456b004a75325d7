"""Large files and killed processes: memory stays bounded, and nothing is half there."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.analysis.conftest import purchase, write_csv

ROOT = Path(__file__).resolve().parents[2]


def test_a_killed_import_leaves_nothing_half_there(tmp_path: Path) -> None:
    write_csv(tmp_path / "book.csv", [purchase(n) for n in range(12_000)])
    ran = subprocess.run(
        [sys.executable, "-m", "tests.analysis.killed", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    seen = json.loads(ran.stdout)
    for point in ("check", "read", "store", "register"):
        assert seen[point] == [9, 0, 0], f"killed at {point}: signal, loads, rows to be seen"
    assert seen["end"] == ["stored", 12_000, 1, []]


MILLION = """
import resource, sys
from pathlib import Path
from django.conf import settings
settings.configure(PAIZHU_DATA=sys.argv[2], INSTALLED_APPS=[
    "django.contrib.auth", "django.contrib.contenttypes", "paizhu.registry", "paizhu.ledger",
    "paizhu.casework", "paizhu.analysis"],
    AUTH_USER_MODEL="registry.Account", USE_TZ=True, PAIZHU_HASH="sha256")
import django
django.setup()
from paizhu.analysis import mapping, reading, reports, sheets, store, tables
table = tables.load_tables([Path("packs/cn-discipline")])["purchases"]
sheet = sheets.open_sheet(Path(sys.argv[1]))
mapped = mapping.settle(sheet, table, given=None)
seen = reading.profile(sheet, dates=[2], progress=None)
rows = reading.TypedRows(sheet, table, mapped, seen, reports.ProblemList())
typed = Path(sys.argv[2]) / "rows.csv"
with typed.open("w", encoding="utf-8", newline="") as out:
    rows.write(out, sheet.rows())
store.write(typed, table, target=Path(sys.argv[2]) / "rows.parquet")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(rows.read, rows.kept, rows.problems.total, peak)
"""


@pytest.mark.slow
def test_a_million_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    with book.open("w", encoding="utf-8") as out:
        out.write("采购单位,供应商,签订日期,金额,备注\n")
        for n in range(1_000_000):
            out.write(
                f"市第{n % 20}医院,供应商{n % 997},2025-{1 + n % 12:02}-{1 + n % 28:02},{n % 9973},第{n}行\n"
            )
    started = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", MILLION, str(book), str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    read, kept, problems, peak = map(int, ran.stdout.split())
    # Every 9973rd amount is zero, which is an amount.
    assert (read, kept, problems) == (1_000_000, 1_000_000, 0)
    assert peak < 700, f"{peak} MB for a file of {book.stat().st_size >> 20} MB"
    assert time.monotonic() - started < 240


def test_the_parts_of_this_test_measure_in_kilobytes() -> None:
    """ru_maxrss is in kilobytes on Linux; elsewhere the limit above would say nothing."""
    assert 10_000 < resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 10_000_000
