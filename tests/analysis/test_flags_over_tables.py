"""A flag that rests on several books shows the rows of each; a fact that is no flag raises none."""

from __future__ import annotations

from pathlib import Path

from paizhu.analysis import explaining, running
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Flag, Run
from paizhu.registry.models import Body
from tests.analysis.conftest import NOW, World, make_source


def brought(world: World, tmp_path: Path, table: str, headers: str, lines: list[str]) -> None:
    """Register a source of the table and import these lines into it."""
    source = make_source(world, f"wj-{table}", table=table)
    path = tmp_path / f"{table}.csv"
    path.write_text("\n".join([headers, *lines]) + "\n", "utf-8")
    report = import_file(table, path, source=source.key, actor=world.officer, now=NOW)
    assert report.load is not None, [p.show("en") for p in report.problems]


def books(world: World, tmp_path: Path) -> None:
    contracts = [f"市第一医院,H{n},供应商{n},1000{n},CNY,2025-02-0{1 + n % 9}" for n in range(24)]
    brought(world, tmp_path, "contracts", "单位,合同编号,供应商,合同金额,币种,签订日期", contracts)
    paid = [f"市第一医院,F{n},H{n},{100 + n},CNY,2025-03-11" for n in range(24)]
    paid += ["市第一医院,F90,H5,777.5,CNY,2025-01-15"]
    brought(world, tmp_path, "payments", "单位,付款单号,合同编号,付款金额,币种,付款日期", paid)


def test_rows_of_both_books_stand_beside_the_flag(world: World, tmp_path: Path) -> None:
    books(world, tmp_path)
    (ran,) = running.run("payment_before_contract", actor=world.officer, now=NOW)
    assert ran.assessment.outcome == "raised"
    flag = Flag.objects.get()
    card = explaining.why(flag, now=NOW)
    assert [(row.file, row.row) for row in card.rows] == [
        ("payments.csv", 26),
        ("contracts.csv", 7),
    ]
    assert card.rows_total == 2
    assert "H5" in card.sentence.zh
    assert "H5" in card.sentence.en
    assert flag.body == Body.objects.get(code="YY1")


def test_the_same_finding_is_one_flag_however_often_it_is_computed(
    world: World, tmp_path: Path
) -> None:
    books(world, tmp_path)
    running.run("payment_before_contract", actor=world.officer, now=NOW)
    (again,) = running.run("payment_before_contract", actor=world.officer, now=NOW)
    assert (again.new, len(again.again)) == ((), 1)
    assert Flag.objects.count() == 1


def test_a_book_that_was_not_given_is_named(world: World, tmp_path: Path) -> None:
    books(world, tmp_path)
    (ran,) = running.run("payment_before_acceptance", actor=world.officer, now=NOW)
    assert ran.assessment.outcome == "not_assessable"
    assert "Acceptances" in ran.assessment.reasons[0].en
    assert "验收记录" in ran.assessment.reasons[0].zh
    assert not Flag.objects.exists()


def test_the_screens_of_bids_are_facts_and_raise_no_flag(world: World, tmp_path: Path) -> None:
    bids = [
        f"市第一医院,P1,供应商{n},{price},CNY"
        for n, price in enumerate([100, 104.8, 105.1, 105.3, 105.6, 105])
    ]
    brought(world, tmp_path, "bids", "单位,项目编号,供应商,投标报价,币种", bids)
    (ran,) = running.run("bid_screens", actor=world.officer, now=NOW)
    (facts,) = ran.assessment.found
    assert facts.facts["cv"] == "0.0204"
    assert (ran.new, ran.again) == ((), ())
    assert Run.objects.get().findings == 1
    assert not Flag.objects.exists()
