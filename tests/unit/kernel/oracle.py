"""The same dates by patience alone: one day at a time, from the words of the rule.

Nothing here is borrowed from the code under test, and holidays come from another source. Slow and
plain on purpose: read it beside the description of each rule and it should be evident.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import chinese_calendar

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)


@dataclass
class Answer:
    due: date | None
    counted_until: date | None
    held: bool = False
    provisional: bool = False
    #: Every day passed over, and whether it was a pause or a day off.
    passed: list[tuple[date, str]] = field(default_factory=list)


@functools.cache
def is_published(day: date) -> bool:
    return 2004 <= day.year <= 2026


@functools.cache
def offices_open(day: date) -> bool:
    if is_published(day):
        return bool(chinese_calendar.is_workday(day))
    return day.strftime("%A") not in {"Saturday", "Sunday"}


def clock_stands(day: date, pauses: Sequence[tuple[date, date | None]]) -> str | None:
    """The day of pausing does not run; the day of resuming does."""
    for paused, resumed in pauses:
        if day >= paused and resumed is None:
            return "open"
    for paused, resumed in pauses:
        if resumed is not None and paused <= day < resumed:
            return "closed"
    return None


def days_in_months(day: date, months: int) -> int:
    """Walk from `day` to the same day number `months` later, or that month's last day."""
    here, passed, walked = day, 0, 0
    while True:
        if passed == months:
            tomorrow = here + ONE_DAY
            if here.day == day.day or tomorrow.day == 1:
                return walked
        here += ONE_DAY
        walked += 1
        if here.day == 1:
            passed += 1


def answer(
    start: date,
    periods: Sequence[tuple[int, str]],
    pauses: Sequence[tuple[date, date | None]],
    *,
    start_counts: bool,
    roll: bool,
) -> Answer:
    told = Answer(None, None)
    last_counted = start - ONE_DAY if start_counts else start
    for value, unit in periods:
        left = value
        if unit in {"month", "year"}:
            months = value if unit == "month" else 12 * value
            # A counted start day is day one, so the period begins one day after `last_counted`.
            begins = last_counted + ONE_DAY if start_counts else last_counted
            left = days_in_months(begins, months)
        today = last_counted
        while left > 0:
            today += ONE_DAY
            stands = clock_stands(today, pauses)
            if stands == "open":
                told.held = True
                return told
            if stands == "closed":
                told.passed.append((today, "pause"))
                continue
            if unit == "working_day":
                told.provisional |= not is_published(today)
                if not offices_open(today):
                    told.passed.append((today, "off"))
                    continue
            left -= 1
            last_counted = today
    told.counted_until = last_counted
    told.due = last_counted
    if roll:
        told.provisional |= not is_published(told.due)
        while not offices_open(told.due):
            told.passed.append((told.due, "off"))
            told.due += ONE_DAY
            told.provisional |= not is_published(told.due)
    return told


def moment_after(start: datetime, hours: Sequence[int]) -> datetime:
    moment = start
    for value in hours:
        for _ in range(value):
            moment += ONE_HOUR
    return moment


def left_until(due: date, on: date, unit: str) -> int:
    """Count days from tomorrow until the due date; when late, those since it, as less than none."""
    early, late = min(due, on), max(due, on)
    days, day = 0, early
    while day < late:
        day += ONE_DAY
        days += 1 if unit != "working_day" or offices_open(day) else 0
    return days if on <= due else -days
