"""Periods are written one way, read strictly, and say what is allowed."""

from __future__ import annotations

import pytest

from paizhu.kernel.periods import UNITS, Period


@pytest.mark.parametrize(
    ("written", "value", "unit", "zh"),
    [
        ("5 working days", 5, "working_day", "5个工作日"),
        ("1 working day", 1, "working_day", "1个工作日"),
        ("15 days", 15, "day", "15日"),
        ("1 day", 1, "day", "1日"),
        ("3 months", 3, "month", "3个月"),
        ("1 month", 1, "month", "1个月"),
        ("2 years", 2, "year", "2年"),
        ("24 hours", 24, "hour", "24小时"),
        ("999 days", 999, "day", "999日"),
    ],
)
def test_a_period_is_read_and_given_back_as_written(written, value, unit, zh):
    period = Period.parse(written)
    assert (period.value, period.unit) == (value, unit)
    assert str(period) == written
    assert period.say("en") == written
    assert period.say("zh") == zh


def test_one_and_many_are_both_read():
    assert Period.parse("1 months") == Period.parse("1 month")
    assert Period.parse("5 working day") == Period.parse("5 working days")
    assert Period.parse(" 5 days ") == Period(5, "day")


@pytest.mark.parametrize(
    "written",
    [
        "", "5", "days", "0 days", "-5 days", "5.5 days", "05 days", "1000 days", "five days",
        "5 weeks", "5  days", "5 workdays", "5 Days", "5 days 3 hours", "５ days", "5日",
        5, None, True, ["5 days"],
    ],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_what_is_allowed(written):
    with pytest.raises(ValueError, match="working days, days, months, years, hours") as refused:
        Period.parse(written)
    assert repr(written) in str(refused.value)


@pytest.mark.parametrize(("value", "unit"), [(0, "day"), (-1, "hour"), (1000, "day"), (1, "week")])
def test_no_impossible_period_can_be_made(value, unit):
    with pytest.raises(ValueError, match="from 1 to 999"):
        Period(value, unit)


def test_a_period_cannot_be_changed_and_can_be_compared():
    with pytest.raises(AttributeError):
        Period(5, "day").value = 6
    assert len({Period(5, unit) for unit in UNITS} | {Period(5, "day")}) == len(UNITS)
