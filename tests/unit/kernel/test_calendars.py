"""The shipped calendar is right on every day, and says why a day is or is not worked."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from paizhu.kernel.calendars import Calendar, YearDays, days_between
from paizhu.kernel.text import Text

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
WEEKEND = {6: Text("周六", "Saturday"), 7: Text("周日", "Sunday")}


def every_day():
    return [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_from_2004_to_2026_is_worked_or_not_as_published(china):
    days = every_day()
    assert len(days) == 8401
    wrong = [d for d in days if china.is_working_day(d) != chinese_calendar.is_workday(d)]
    assert wrong == []


def test_every_day_from_2004_to_2026_bears_the_published_holiday(china):
    wrong = []
    for day in every_day():
        closed, name = chinese_calendar.get_holiday_detail(day)
        chinese = chinese_calendar.Holiday(name).chinese if name else None
        if not closed:
            told = china.why_work(day)
            expected = (None, None) if name is None else (f"{chinese}调休上班", name)
            found = (None, None)
            if told is not None:
                found = (told.zh.partition("，")[2], told.en.partition(" make up for ")[2])
            wrong += [day] if found != expected or china.why_off(day) is not None else []
        else:
            expected_why = Text(chinese, name) if name else WEEKEND[day.isoweekday()]
            wrong += [day] if china.why_off(day) != expected_why or china.why_work(day) else []
    assert wrong == []


def test_a_year_names_its_own_days_and_at_most_the_december_before(china):
    assert sorted(china.years) == list(range(2004, 2027))
    for number, year in china.years.items():
        assert str(number) in year.source
        for day in [*year.off, *year.work]:
            assert day.year == number or (day.year, day.month) == (number - 1, 12)
        assert not set(year.off) & set(year.work)
        assert all(day.isoweekday() in china.weekend for day in year.work)


def test_working_days_per_year_are_those_counted_by_hand(china):
    for year, days in {2025: 248, 2026: 248}.items():
        assert china.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == days


def test_a_day_off_and_a_make_up_day_say_why(china):
    assert china.why_off(date(2025, 10, 1)) == Text("国庆节", "National Day")
    assert china.why_off(date(2025, 10, 4)) == Text("国庆节", "National Day")  # a Saturday
    assert china.why_off(date(2025, 11, 1)) == Text("周六", "Saturday")
    assert china.why_off(date(2025, 11, 3)) is None
    assert china.why_work(date(2025, 11, 3)) is None
    assert china.why_work(date(2025, 9, 28)) == Text(
        "周日，国庆节调休上班", "Sunday, worked to make up for National Day"
    )


def test_beyond_the_last_notice_only_the_weekend_is_known_and_this_is_said(china):
    assert china.last_published == 2026
    assert not china.is_provisional(date(2026, 12, 31))
    assert china.is_provisional(date(2027, 1, 1))
    assert china.is_provisional(date(2003, 12, 31))
    assert china.is_working_day(date(2027, 1, 1))
    assert not china.is_working_day(date(2027, 1, 2))
    assert china.why_off(date(2027, 1, 3)) == WEEKEND[7]


def test_a_calendar_without_years_is_wholly_provisional():
    bare = Calendar("bare", Text("空", "Bare"), (5, 6), {})
    assert bare.last_published == 0
    assert bare.is_provisional(date(2025, 1, 1))
    assert bare.why_off(date(2025, 1, 3)) == Text("周五", "Friday")
    assert bare.is_working_day(date(2025, 1, 5))


def test_a_year_added_changes_only_what_its_notice_says(china):
    notice = YearDays("2027", off={date(2027, 1, 1): Text("元旦", "New Year's Day")}, work={})
    longer = Calendar(china.name, china.title, china.weekend, {**china.years, 2027: notice})
    changed = [
        day
        for day in days_between(date(2025, 12, 31), date(2028, 12, 31))
        if longer.is_working_day(day) != china.is_working_day(day)
    ]
    assert changed == [date(2027, 1, 1)]
    assert longer.last_published == 2027


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 9, 30), date(2025, 9, 30)),
        (date(2025, 10, 1), date(2025, 10, 9)),
        (date(2025, 10, 11), date(2025, 10, 11)),  # a Saturday that is worked
        (date(2025, 10, 12), date(2025, 10, 13)),
    ],
)
def test_the_next_working_day_is_the_day_itself_when_it_is_worked(china, day, expected):
    assert china.next_working_day(day) == expected


def test_working_days_between_leave_out_the_first_day_and_take_the_last(china):
    assert china.working_days_between(date(2025, 9, 26), date(2025, 10, 10)) == 5
    assert china.working_days_between(date(2025, 9, 26), date(2025, 9, 26)) == 0
    assert china.working_days_between(date(2025, 10, 10), date(2025, 9, 26)) == -5
