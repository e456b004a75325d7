"""The quality report says what a file lacks before any flag, and stays with the load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Load, Source
from paizhu.analysis.quality import Quality
from paizhu.analysis.sourcecards import source_cards
from tests.analysis.conftest import NOW, World, make_source, purchase, stored, write_csv

Run = Callable[..., Any]
ORDERS = ["单位", "订单编号", "合同编号", "供应商名称", "物资编码", "数量", "下单日期"]


def order(number: int, **changes: object) -> list[object]:
    row = {
        "单位": "市第一医院", "订单编号": f"DD-{number}", "合同编号": "", "供应商名称": "甲公司",
        "物资编码": f"W{number % 3}", "数量": number, "下单日期": "2025-03-01", **changes,
    }  # fmt: skip
    return [row[header] for header in ORDERS]


def test_what_is_missing_repeated_impossible_and_out_of_time_is_counted(
    world: World, tmp_path: Path
) -> None:
    source = make_source(world, "orders", table="orders", period=(date(2025, 1, 1), date(2025, 6, 30)))  # fmt: skip
    rows = [
        order(1), order(1), order(2), order(2, 数量=99), order(3, 下单日期="1985-01-01"),
        order(4, 下单日期="2026-01-01"), order(5, 下单日期="2024-12-31", 数量=""),
    ]  # fmt: skip
    report = import_file("orders", write_csv(tmp_path / "a.csv", rows, ORDERS), source="orders",
                         actor=world.officer, now=NOW)  # fmt: skip
    found = report.quality
    assert (found.rows, found.repeated_lines, found.repeated_entries) == (7, 1, 1)
    assert (found.too_early, found.after_today, found.outside) == (1, 1, 3)
    assert {name: count for name, _, count in found.empty}["quantity"] == 1
    assert Quality.of(Load.objects.get().quality).lines() == found.lines()
    said = " ".join(line.en for line in found.lines())
    for words in ("before 1990", "after today", "outside the period", "something else"):
        assert words in said
    assert source.period_until == date(2025, 6, 30)


def test_a_broken_chain_is_counted_and_an_absent_table_is_said(
    world: World, tmp_path: Path
) -> None:
    make_source(world, "orders", table="orders")
    path = write_csv(tmp_path / "a.csv", [order(n) for n in range(1, 7)], ORDERS)
    bring = {"source": "orders", "actor": world.officer, "now": NOW}
    alone = import_file("orders", path, dry_run=True, **bring).quality
    items = next(
        one for one in alone.chains if one.target.zh == "物资目录" or "tem" in one.target.en
    )
    assert not items.is_there
    assert any("not checked" in line.en for line in alone.lines())
    make_source(world, "items", table="items")
    book = write_csv(tmp_path / "items.csv", [["市第一医院", "W0", "甲"], ["市第二医院", "W1", "乙"]],
                     ["单位", "物资编码", "物资名称"])  # fmt: skip
    assert import_file("items", book, source="items", actor=world.officer, now=NOW).stored
    beside = import_file("orders", path, dry_run=True, **bring).quality
    items = next(one for one in beside.chains if one.target == items.target)
    # W1 belongs to another hospital and W2 to none.
    assert (items.rows, items.broken, items.is_there) == (6, 4, True)


def test_a_load_without_a_report_has_an_empty_one() -> None:
    assert Quality.of({}).lines() == ()


#: As the first build kept it: a column by its name and a number, and nothing of what came later.
OLD_REPORT = {
    "rows": 9, "empty": [["quantity", 3], ["gone_since", 1]], "currencies": [["CNY", 9]],
    "repeated_lines": 1, "first_date": "2025-01-02", "last_date": None,
}  # fmt: skip


def test_a_report_of_an_older_build_is_read_with_the_titles_of_today(
    world: World, tmp_path: Path
) -> None:
    make_source(world, "orders", table="orders")
    path = write_csv(tmp_path / "a.csv", [order(1)], ORDERS)
    import_file("orders", path, source="orders", actor=world.officer, now=NOW)
    Load.objects.update(quality=OLD_REPORT)
    (card,) = source_cards(world.officer, now=NOW)
    said = [line.en for line in card.loads[0].quality]
    assert said == [
        "“Quantity” is empty in 3 rows", "“gone_since” is empty in 1 row", "currency CNY: 9 rows",
        "1 row says exactly what another row says",
    ]  # fmt: skip
    assert card.loads[0].quality[0].zh == "“数量”有 3 行为空"
    assert Quality.of(OLD_REPORT).lines()[0].en == "“quantity” is empty in 3 rows"
    assert Quality.of(OLD_REPORT).kept()["outside"] == 0


# --- only what is new ---------------------------------------------------------------------------


def test_a_grown_book_brings_only_its_new_rows(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [purchase(n) for n in range(1, 31)]
    bring_in(write_csv(tmp_path / "1.csv", rows))
    grown = bring_in(write_csv(tmp_path / "2.csv", [*rows, purchase(31)]), now=NOW + timedelta(1))
    assert (grown.kept, grown.quality.unchanged) == (31, 30)
    later = Load.objects.get(pk=grown.load)
    assert (later.rows_kept, later.rests_on_earlier, later.replaces) == (1, True, False)
    assert len(stored(source)) == 31


def test_a_changed_entry_replaces_the_one_that_stood(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    rows = [purchase(n) for n in range(1, 6)]
    bring_in(write_csv(tmp_path / "1.csv", rows))
    changed = [*rows[:4], purchase(5, 合同金额=77)]
    report = bring_in(write_csv(tmp_path / "2.csv", changed), now=NOW + timedelta(1))
    later = Load.objects.get(pk=report.load)
    assert (later.rows_kept, later.replaces) == (1, True)
    assert sorted(int(row[0]) for row in stored(source, "amount")) == [77, 1001, 1002, 1003, 1004]


def test_the_rows_an_earlier_run_saw_can_be_seen_again(
    bring_in: Run, source: Source, tmp_path: Path
) -> None:
    from paizhu.analysis import store
    from paizhu.analysis.catalog import tables

    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    bring_in(write_csv(tmp_path / "2.csv", [purchase(1, 合同金额=9)]), now=NOW + timedelta(1))
    seen = {}
    for moment in (NOW, NOW + timedelta(1)):
        with store.connect(
            [source], tables=tables().values(), on=NOW.date(), seen_at=moment
        ) as rows:
            seen[moment] = rows.execute("SELECT amount FROM purchases").fetchall()
    assert [int(found[0][0]) for found in seen.values()] == [1001, 9]


def test_a_load_that_others_rest_on_is_not_taken_out_alone(
    bring_in: Run, world: World, source: Source, tmp_path: Path
) -> None:
    import pytest

    from paizhu.analysis import sources
    from paizhu.kernel.errors import Conflict

    first = bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    second = bring_in(
        write_csv(tmp_path / "2.csv", [purchase(1), purchase(2)]), now=NOW + timedelta(1)
    )
    by = {"actor": world.officer, "reasons": "列对错了", "now": NOW + timedelta(2)}
    with pytest.raises(Conflict):
        sources.withdraw_load(Load.objects.get(pk=first.load), **by)
    sources.withdraw_load(Load.objects.get(pk=second.load), **by)
    sources.withdraw_load(Load.objects.get(pk=first.load), **by)
    assert stored(source) == []


def test_rows_of_another_source_are_never_relied_on(
    bring_in: Run, world: World, source: Source, tmp_path: Path
) -> None:
    """It may expire first, and its rows with it."""
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    make_source(world, "second")
    report = bring_in(write_csv(tmp_path / "2.csv", [purchase(1)]), source="second")
    load = Load.objects.get(pk=report.load)
    assert (load.rows_kept, load.rests_on_earlier, load.replaces) == (1, False, True)
    both = Source.objects.all()
    from paizhu.analysis import store
    from paizhu.analysis.catalog import tables

    with store.connect(both, tables=tables().values(), on=NOW.date()) as rows:
        assert rows.execute("SELECT count(*) FROM purchases").fetchall() == [(1,)]
