"""From a file to rows in the store: checked, refused or kept, wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Load, Source
from tests.analysis.conftest import (
    HEADERS,
    NOW,
    places,
    purchase,
    stored,
    write_csv,
    write_xlsx,
)

Run = Callable[..., Any]


# --- what comes in ---------------------------------------------------------------------------------


def test_a_purchase_book_comes_in_with_its_rows_typed(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [
        purchase(1, 签订日期="2025年1月5日", 合同金额="１，２３４．５０"),
        purchase(2, 签订日期=45662, 合同金额=99),
        purchase(3, 签订日期="2025/1/5", 合同金额="￥7", 币种=""),
    ]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, rows))
    assert (report.outcome, report.rows_read, report.kept, report.refused) == ("stored", 3, 3, 0)
    days, amounts, currencies = zip(
        *stored(source, "signed_date, amount::VARCHAR, currency"), strict=True
    )
    assert set(days) == {date(2025, 1, 5)}
    assert amounts == ("1234.5000", "99.0000", "7.0000")
    assert currencies == ("CNY", "CNY", None), "what the book does not say is not made up"
    assert ("", 1) in report.quality.currencies
    assert {name: count for name, _, count in report.quality.empty}["supplier_id"] == 3
    assert any("1 row does not say its currency" in line.en for line in report.quality.lines())


def test_each_stored_row_knows_its_file_sheet_and_row(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, [purchase(1), purchase(2)]))
    with store.connect([source], tables=tables().values(), on=NOW.date()) as connection:
        rows = store.rows_at(connection, tables()["purchases"], [f"{report.load}:3", "99:99"])
    assert [(r["_file"], r["_sheet"], r["_row"], r["ref_no"]) for r in rows] == [
        ("book.xlsx", "台账", 3, "HT-00002")
    ]


def test_good_rows_are_kept_and_each_bad_one_is_named(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [
        purchase(1),
        purchase(2, 供应商名称=""),
        purchase(3, 签订日期="2025-02-30"),
        purchase(4, 合同金额="约五万"),
        purchase(5, 合同金额=-100),
        purchase(6, 采购单位="  ", 合同金额="x"),
        purchase(7),
    ]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, rows))
    assert (report.kept, report.refused, report.problems_total) == (2, 5, 6)
    assert places(report) == [(3, "C"), (4, "H"), (5, "I"), (6, "I"), (7, "B"), (7, "I")]
    assert report.problems[1].value == "2025-02-30"
    assert "第 4 行" in report.problems[1].show("zh")
    assert "row 4 column H" in report.problems[1].show("en")
    assert len(stored(source)) == 2


def test_all_or_nothing_keeps_nothing_when_one_row_is_bad(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / "book.xlsx", HEADERS, [purchase(1), purchase(2, 合同金额="")])
    report = bring_in(path, keep="all_or_nothing")
    assert (report.outcome, report.kept) == ("refused", 0)
    assert places(report) == [(3, "I")]
    assert stored(source) == []
    assert not Load.objects.exists()


def test_a_dry_run_reports_everything_and_stores_nothing(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    path = write_xlsx(tmp_path / "book.xlsx", HEADERS, [purchase(1), purchase(2, 合同金额="")])
    report = bring_in(path, dry_run=True)
    assert (report.outcome, report.kept, report.refused) == ("checked", 1, 1)
    assert stored(source) == []
    assert not list(store.folder().rglob("*.parquet"))


def test_the_same_file_comes_in_once(bring_in: Run, source: Source, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "book.xlsx", HEADERS, [purchase(1)])
    first = bring_in(path)
    again = bring_in(path.rename(tmp_path / "other-name.xlsx"))
    assert (again.outcome, again.load) == ("known", first.load)
    assert len(stored(source)) == 1
    twin = Load.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_a_grown_book_replaces_the_entries_it_repeats(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    bring_in(write_xlsx(tmp_path / "june.xlsx", HEADERS, [purchase(1), purchase(2)]))
    grown = [purchase(1), purchase(2, 合同金额=777), purchase(3)]
    bring_in(write_xlsx(tmp_path / "july.xlsx", HEADERS, grown))
    assert sorted(stored(source, "ref_no, amount::INT")) == [
        ("HT-00001", 1001), ("HT-00002", 777), ("HT-00003", 1003)
    ]  # fmt: skip


def test_two_lines_of_one_order_are_both_kept(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, [purchase(1), purchase(1)]))
    assert len(stored(source)) == 2
    assert report.quality.repeated_lines == 1


# --- bad files -------------------------------------------------------------------------------------


def test_a_faulty_file_gives_a_report_and_leaves_nothing(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", HEADERS, [purchase(1)])
    (tmp_path / "cut.xlsx").write_bytes(whole.read_bytes()[:3000])
    (tmp_path / "latin.csv").write_bytes("unidade;preço\nÉvora;1\n".encode("latin-1"))
    (tmp_path / "header.csv").write_text(",".join(HEADERS) + "\n", "utf-8")
    (tmp_path / "quote.csv").write_text(",".join(HEADERS) + '\n"HT,1\n', "utf-8")
    doubled = write_xlsx(tmp_path / "twice.xlsx", [*HEADERS, "采购单位"], [purchase(1)])
    for name in ("cut.xlsx", "latin.csv", "header.csv", "quote.csv", doubled.name):
        report = bring_in(tmp_path / name)
        assert (report.outcome, report.kept) == ("refused", 0), name
        assert report.problems, name
        assert report.say.zh
        assert report.say.en
    assert not Load.objects.exists()
    assert stored(source) == []


def test_formulas_merged_cells_and_errors_are_told_row_by_row(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    def spoil(book: Any, page: Any) -> None:
        page.write_formula("I2", "=1000+1", None, 1001)
        page.write_formula("I3", "=I2*2", None, "")
        page.write_formula("I4", "=1/0", None, "#DIV/0!")
        page.merge_range("B5:B7", "市第一医院")

    rows = [purchase(n) for n in range(1, 8)]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, rows, touch=spoil))
    assert places(report) == [(3, "I"), (4, "I"), (6, "B"), (7, "B")]
    assert (report.kept, report.refused) == (3, 4)
    kept = stored(source, "ref_no, amount::INT")
    assert ("HT-00001", 1001) in kept, "a formula with its value is as good as the value"


def test_a_row_with_more_columns_than_the_header_is_refused(bring_in: Run, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "book.csv", [purchase(1), [*purchase(2), "多出"], purchase(3)])
    assert places(bring_in(path)) == [(3, "K")]


def test_a_negative_amount_needs_a_credit_note(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [
        [*purchase(1, 合同金额=-5), "是"],
        [*purchase(2, 合同金额=-5), "否"],
        [*purchase(3, 合同金额=-5), ""],
    ]
    report = bring_in(write_xlsx(tmp_path / "book.xlsx", [*HEADERS, "红字"], rows))
    assert places(report) == [(3, "I"), (4, "I")]
    assert stored(source, "amount::INT") == [(-5,)]


def test_missing_required_columns_are_named_with_the_headers_found(
    bring_in: Run, tmp_path: Path
) -> None:
    report = bring_in(write_csv(tmp_path / "book.csv", [["甲", 1]], ["采购单位", "价"]))
    said = " ".join(problem.say.en for problem in report.problems)
    assert report.outcome == "refused"
    for missing in ("(supplier)", "(signed_date)", "(amount)"):
        assert missing in said
    assert "A“采购单位”, B“价”" in said
