"""A long file is read in parts; a stopped import goes on where it was, and two do not meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import parts, store
from paizhu.analysis.models import Load, Source
from paizhu.kernel.errors import Conflict
from tests.analysis.conftest import places, purchase, stored, write_csv

Run = Callable[..., Any]


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_ROWS", 4000)


@pytest.fixture
def long_book(tmp_path: Path) -> Path:
    rows = [purchase(n) for n in range(1, 30_001)]
    rows[17_000] = purchase(17_001, 合同金额="很多")
    return write_csv(tmp_path / "book.csv", rows)


class Stopped(BaseException):
    """Somebody pressed the key that stops."""


def stop_at(rows: int) -> Callable[[str, int], None]:
    def say(step: str, done: int) -> None:
        if step == "read" and done >= rows:
            raise Stopped

    return say


def test_a_stopped_import_goes_on_from_its_last_part(
    short_parts: None, long_book: Path, bring_in: Run, source: Source
) -> None:
    with pytest.raises(Stopped):
        bring_in(long_book, progress=stop_at(12_000))
    assert stored(source) == []
    assert not Load.objects.exists()
    folder = next(store.folder().glob(".parts/*"))
    assert (folder / "profile.json").is_file()
    done = sorted(folder.glob("*.parquet"))
    steps: list[tuple[str, int]] = []
    report = bring_in(long_book, progress=lambda step, rows: steps.append((step, rows)))
    assert (report.stored, report.rows_read, report.kept) == (True, 30_000, 29_999)
    assert places(report) == [(17_002, "I")]
    assert "check" not in {step for step, _ in steps}
    assert len(done) == 3
    assert len(stored(source)) == 29_999
    assert not list(store.folder().glob(".parts/*"))


def test_rows_keep_their_numbers_and_order_over_parts(
    short_parts: None, long_book: Path, bring_in: Run, source: Source
) -> None:
    bring_in(long_book)
    numbers = [int(str(row[0]).split(":")[1]) for row in stored(source, "row_id")]
    assert sorted(numbers) == [n for n in range(2, 30_002) if n != 17_002]


def test_the_same_file_is_not_imported_twice_at_once(
    long_book: Path, bring_in: Run, source: Source
) -> None:
    def again(step: str, rows: int) -> None:
        with pytest.raises(Conflict):
            bring_in(long_book)

    assert bring_in(long_book, progress=again).stored
    assert Load.objects.count() == 1


def test_another_mapping_begins_anew(settings: Any, tmp_path: Path) -> None:
    from paizhu.analysis.mapping import ColumnMap, Mapped

    settings.PAIZHU_DATA = tmp_path
    one = Mapped(ColumnMap(columns={"unit": "单位"}))
    other = Mapped(ColumnMap(columns={"unit": "单位"}, fixed={"currency": "CNY"}))
    with (
        parts.working("k", "sha256:1", one, sheet="a") as first,
        parts.working("k", "sha256:1", other, sheet="a") as second,
    ):
        assert first != second
