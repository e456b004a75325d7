"""A limit counted apart from a matter gives the dates worked by hand, and everything said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.rules.load import load
from paizhu.rules.reckoning import Law, facts, limits_of, reckon
from paizhu.rules.rulebook import Rulebook
from tests.unit.rules.test_golden_dates import GOLDEN, PACKS, _day, _name


@pytest.fixture(scope="module")
def law() -> Law:
    book: Rulebook = load([PACKS / "cn-discipline", PACKS / "example-local"])
    return Law(book.law, book.calendars["cn"], book.counting)


@pytest.mark.parametrize("row", GOLDEN, ids=_name)
def test_a_limit_ends_on_the_day_worked_by_hand(law, row):
    answer = reckon(row["clock"], law, start=row["start"], stood=_day(row["start"]))
    laid_out = facts(answer)
    if row["due"] is None:
        assert laid_out.due_date is None
        assert laid_out.no_number or laid_out.limit is None
    elif isinstance(row["due"], datetime):
        assert laid_out.due_moment == row["due"]
    else:
        assert laid_out.due_date == row["due"]
        assert laid_out.rule.instrument


def test_what_is_left_is_said_for_a_day(law):
    day = date(2025, 9, 26)
    left = reckon("C-040", law, start=day, stood=day, on=date(2025, 10, 20))
    assert left.due is not None
    assert left.due.date is not None
    assert left.days_left == (left.due.date - date(2025, 10, 20)).days or left.days_left is not None
    assert reckon("C-040", law, start=day, stood=day).days_left is None


def test_a_pause_that_still_stands_leaves_no_day(law):
    day = date(2025, 9, 26)
    held = facts(reckon("C-040", law, start=day, stood=day, pauses=[(day, None)]))
    assert (held.held, held.due_date) == (True, None)


def test_every_clock_of_the_law_can_be_counted_and_laid_out(law):
    day = date(2025, 9, 26)
    found = [
        facts(reckon(one, law, start=day, stood=day))
        for clock in law.book.clocks
        for one in limits_of(clock, law)
    ]
    assert len(found) >= len(law.book.clocks)
    assert any(one.extension for one in found)
    assert {one.direction for one in found} >= {"after", "before"}
    assert all(one.due_date < day for one in found if one.direction == "before" and one.due_date)


@pytest.mark.parametrize("limit", ["3 working days", "10 days", "2 months", "1 year"])
def test_counting_back_never_ends_on_or_after_the_event(law, limit):
    from paizhu.kernel.periods import Period

    clock = next(
        one
        for clock in law.book.clocks
        for one in limits_of(clock, law)
        if (basis := law.book.basis(one, date(2025, 9, 26))).direction == "before" and basis.limit
    )
    basis = replace(law.book.basis(clock, date(2025, 9, 26)), limit=Period.parse(limit))

    class Fixed:
        def basis(self, ref: str, on: date) -> object:
            return basis

    event = date(2025, 10, 9)
    answer = reckon(clock, replace(law, book=Fixed()), start=event, stood=event)  # type: ignore[arg-type]
    expected = {
        "3 working days": date(2025, 9, 28),  # a Sunday worked for National Day
        "10 days": date(2025, 9, 29),
        "2 months": date(2025, 8, 8),
        "1 year": date(2024, 10, 9),
    }
    assert answer.due is not None
    assert answer.due.date == expected[limit]


def test_a_clock_of_several_phases_gives_each(law):
    several = next(name for name, (_, row) in law.book.clocks.items() if row.phases)
    assert all(one.startswith(f"{several}.") for one in limits_of(several, law))
    assert len(limits_of(several, law)) > 1


def test_a_provision_is_no_clock_and_what_is_unknown_is_not_found(law):
    provision = f"{next(iter(law.book.instruments))}/"
    name = next(f"{provision}{slug}" for slug in law.book.instruments[provision[:-1]].provisions)
    with pytest.raises(Invalid):
        limits_of(name, law)
    with pytest.raises(NotFound):
        limits_of("C-999", law)
