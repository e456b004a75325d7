"""Ten thousand random histories give the date that walking one day at a time gives."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta, timezone

from paizhu.kernel.counting import PAUSED, Counting, count, days_left
from paizhu.kernel.periods import Period
from tests.unit.kernel import oracle

HISTORIES = 10_000
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
#: The longest that a limit of each unit is drawn.
LONGEST = {"working_day": 90, "day": 200, "month": 24, "year": 3}


def drawn_day(chance):
    return FIRST + timedelta(days=chance.randrange((LAST - FIRST).days + 1))


def drawn_periods(chance):
    unit = chance.choice(["working_day", "working_day", "day", "month", "year"])
    periods = [(chance.randint(1, LONGEST[unit]), unit)]
    for _ in range(chance.choice([0, 0, 1, 2, 3])):
        unit = chance.choice([unit, "working_day", "day", "month"])
        periods.append((chance.randint(1, 30 if unit != "month" else 6), unit))
    return periods


def drawn_pauses(chance, start):
    pauses = []
    for _ in range(chance.choice([0, 0, 1, 1, 2, 4])):
        since = start + timedelta(days=chance.randint(-10, 120))
        until = since + timedelta(days=chance.choice([0, 1, 3, 10, 40]))
        pauses.append((since, None if chance.random() < 0.08 else until))
    return pauses


def drawn_start(chance):
    """Draw the day of the event, and the day it is counted from: mostly a later receipt."""
    event = drawn_day(chance)
    received = event + timedelta(days=chance.choice([0, 0, 1, 2, 7, 30]))
    if chance.random() < 0.3:
        zone = timezone(timedelta(hours=8))
        return datetime(
            received.year, received.month, received.day, chance.randrange(24), 0, 0, 0, zone
        )
    return received


def test_ten_thousand_histories_equal_the_day_by_day_oracle(china):
    chance = random.Random(20250926)
    seen = {"held": 0, "provisional": 0, "rolled": 0, "paused": 0, "extended": 0}
    for number in range(HISTORIES):
        start = drawn_start(chance)
        day = start.date() if isinstance(start, datetime) else start
        periods, pauses = drawn_periods(chance), drawn_pauses(chance, day)
        included, roll = chance.random() < 0.2, chance.random() < 0.8
        told = count(
            start,
            [Period(value, unit) for value, unit in periods],
            calendar=china,
            counting=Counting("included" if included else "excluded", roll),
            pauses=pauses,
        )
        expected = oracle.answer(day, periods, pauses, start_counts=included, roll=roll)
        history = (number, start, periods, pauses, included, roll)
        assert told.date == expected.due, history
        assert told.unrolled_date == expected.counted_until, history
        assert (told.held, told.provisional) == (expected.held, expected.provisional), history
        if not told.held:
            passed = [(s.date, "pause" if s.why is PAUSED else "off") for s in told.skipped]
            assert passed == expected.passed, history
            assert told.steps[-1].date == told.date, history
        seen["held"] += told.held
        seen["provisional"] += told.provisional
        seen["rolled"] += told.date != told.unrolled_date
        seen["paused"] += any(s.why is PAUSED for s in told.skipped)
        seen["extended"] += len(periods) > 1
    # A comparison of nothing but easy cases would prove little.
    assert min(seen.values()) > 400, seen


def test_a_thousand_histories_in_hours_equal_the_hour_by_hour_oracle(china):
    chance = random.Random(24)
    for _ in range(1000):
        start = datetime(2004, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(12_000_000))
        hours = [chance.randint(1, 96) for _ in range(chance.randint(1, 3))]
        told = count(
            start,
            [Period(value, "hour") for value in hours],
            calendar=china,
            counting=Counting(),
            pauses=drawn_pauses(chance, start.date()),
        )
        assert told.moment == oracle.moment_after(start, hours)
        assert told.date == told.moment.date()


def test_a_thousand_counts_of_what_is_left_equal_the_oracle(china):
    chance = random.Random(7)
    for _ in range(1000):
        due = drawn_day(chance)
        on = due + timedelta(days=chance.randint(-60, 60))
        unit = chance.choice(["working_day", "day"])
        told = days_left(due, on, calendar=china, unit=unit)
        assert told == oracle.left_until(due, on, unit)
