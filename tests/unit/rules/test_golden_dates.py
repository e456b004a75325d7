"""Dates worked by hand from the articles, against what the rules and the kernel compute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from paizhu.kernel.calendars import Calendar
from paizhu.kernel.counting import Due, count
from paizhu.rules.law import Basis
from paizhu.rules.load import load
from paizhu.rules.rulebook import Rulebook

PACKS = Path(__file__).resolve().parents[3] / "packs"
GOLDEN: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    Path(__file__).with_name("golden_dates.yaml").read_text(encoding="utf-8")
)
WITH_NUMBER = [row for row in GOLDEN if row["due"] is not None]
WITHOUT_NUMBER = [row for row in GOLDEN if row["due"] is None]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load([PACKS / "cn-discipline", PACKS / "example-local"])


def _name(row: dict[str, Any]) -> str:
    return f"{row['clock']} from {row['start']}"


def _day(start: date | datetime) -> date:
    return start.date() if isinstance(start, datetime) else start


def _basis(book: Rulebook, row: dict[str, Any]) -> Basis:
    return book.law.basis(row["clock"], _day(row["start"]))


def _due(book: Rulebook, basis: Basis, start: date | datetime, calendar: Calendar) -> Due:
    assert basis.limit is not None
    rolls = book.counting.roll and basis.roll
    return count(
        start, [basis.limit], calendar=calendar, counting=replace(book.counting, roll=rolls)
    )


@pytest.mark.parametrize("row", WITH_NUMBER, ids=_name)
def test_the_date_is_the_one_worked_by_hand(book: Rulebook, row: dict[str, Any]) -> None:
    basis = _basis(book, row)
    if basis.direction == "before":
        _assert_backward(book, basis, row)
        return
    due = _due(book, basis, row["start"], book.calendars["cn"])
    assert (due.moment or due.date) == row["due"]
    assert not due.provisional


def _assert_backward(book: Rulebook, basis: Basis, row: dict[str, Any]) -> None:
    """A limit before an event is the last day that still leaves the whole limit."""
    assert basis.limit is not None
    if basis.limit.unit == "day":
        assert row["start"] - row["due"] == timedelta(days=basis.limit.value)
        return
    calendar = book.calendars["cn"]
    between = calendar.working_days_between(row["due"] - timedelta(days=1), row["start"])
    assert calendar.is_working_day(row["due"])
    assert between - calendar.is_working_day(row["start"]) == basis.limit.value


@pytest.mark.parametrize("row", WITHOUT_NUMBER, ids=_name)
def test_a_rule_without_a_number_says_why_and_gives_none(
    book: Rulebook, row: dict[str, Any]
) -> None:
    basis = _basis(book, row)
    assert basis.limit is None
    assert basis.no_number == row["no_number"]


@pytest.mark.parametrize("row", GOLDEN, ids=_name)
def test_the_rule_was_in_force_on_the_day_the_count_starts(
    book: Rulebook, row: dict[str, Any]
) -> None:
    assert _basis(book, row).in_force


def test_every_rule_and_every_phase_has_a_date_and_every_date_a_rule(book: Rulebook) -> None:
    declared = {
        ref if not clock.phases else f"{ref}.{phase}"
        for ref, (_, clock) in book.law.clocks.items()
        for phase in clock.phases or ("",)
    }
    assert {row["clock"] for row in GOLDEN} == declared


def test_all_rows_of_the_fact_sheet_are_there(book: Rulebook) -> None:
    assert len(book.law.clocks) == 101
    assert len(book.law.effects) == 15


def test_local_figures_stand_in_the_example_pack_only() -> None:
    national = load([PACKS / "cn-discipline"])
    codes = {
        code for _, clock in national.law.clocks.values() for _, code in clock.confidence.values
    }
    assert "L" not in codes
    assert not {"C-030l", "C-045", "C-050l", "C-141"} & set(national.law.clocks)


def test_a_figure_that_is_not_sure_is_never_a_limit(book: Rulebook) -> None:
    unsure = [
        clock
        for _, clock in book.law.clocks.values()
        if any(code == "M-" for _, code in clock.confidence.values)
    ]
    assert len(unsure) == 4
    assert {clock.no_number for clock in unsure} == {"set_locally"}


def test_limits_on_liberty_end_on_their_day(book: Rulebook) -> None:
    liberty = ("C-070", "C-070h", "C-071", "C-072", "C-073", "C-079")
    assert not any(book.law.clocks[ref][1].roll for ref in liberty)


def test_monday_to_friday_thinking_gives_other_dates(book: Rulebook) -> None:
    china = book.calendars["cn"]
    naive = Calendar(china.name, china.title, china.weekend, {})
    wrong = [
        row["clock"]
        for row in WITH_NUMBER
        if _basis(book, row).direction == "after"
        and not isinstance(row["start"], datetime)
        and _due(book, _basis(book, row), row["start"], naive).date != row["due"]
    ]
    assert len(wrong) > 40
