"""Due dates worked by hand, each for one rule of counting."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from paizhu.kernel.counting import PAUSED, Counting, Skipped, count, days_left
from paizhu.kernel.errors import Invalid
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text

BEIJING = timezone(timedelta(hours=8))


def d(text):
    return date.fromisoformat(text)


@pytest.fixture
def due(china):
    def ask(start, *periods, pauses=(), **rules):
        begin = d(start) if isinstance(start, str) else start
        return count(
            begin,
            [Period.parse(period) for period in periods],
            calendar=china,
            counting=Counting(**rules),
            pauses=[(d(a), d(b) if b else None) for a, b in pauses],
        )

    return ask


# --- working days ---------------------------------------------------------------------------------


def monday_to_friday(start, days):
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5
    return day


def test_monday_to_friday_thinking_is_wrong_around_a_holiday(due):
    """28, 29, 30 September, 9, 10 October: a worked Sunday counts, eight days off do not."""
    assert monday_to_friday(d("2025-09-26"), 5) == d("2025-10-03")
    assert due("2025-09-26", "5 working days").date == d("2025-10-10")


def test_monday_to_friday_thinking_is_wrong_most_of_the_time(china):
    """Of all limits of 15 working days begun in 2025, most would be told a wrong day."""
    starts = [d("2025-01-01") + timedelta(days=n) for n in range(365)]
    wrong = [
        start
        for start in starts
        if monday_to_friday(start, 15)
        != count(start, [Period(15, "working_day")], calendar=china, counting=Counting()).date
    ]
    assert len(wrong) > 120


@pytest.mark.parametrize(
    ("start", "periods", "pauses", "expected"),
    [
        ("2025-10-22", ["30 working days"], [], "2025-12-03"),
        ("2025-10-22", ["30 working days"], [("2025-11-03", "2025-11-10")], "2025-12-10"),
        (
            "2025-10-22",
            ["30 working days", "10 working days"],
            [("2025-11-03", "2025-11-10")],
            "2025-12-24",
        ),
        ("2025-10-09", ["1 working day"], [], "2025-10-10"),
        ("2025-10-10", ["1 working day"], [], "2025-10-11"),  # a Saturday that is worked
        ("2025-10-01", ["1 working day"], [], "2025-10-09"),
        (
            "2024-02-08",
            ["5 working days"],
            [],
            "2024-02-21",
        ),  # 9, then 18 (a Sunday) to 21 February
        ("2025-12-31", ["3 working days"], [], "2026-01-06"),  # 4 January is a worked Sunday
    ],
)
def test_working_days_follow_the_published_calendar(due, start, periods, pauses, expected):
    assert due(start, *periods, pauses=pauses).date == d(expected)


# --- days, months, years --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "period", "expected"),
    [
        ("2025-10-11", "1 month", "2025-11-11"),
        ("2025-01-31", "1 month", "2025-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2025-03-31", "3 months", "2025-06-30"),
        ("2025-10-31", "4 months", "2026-02-28"),  # a Saturday that is worked
        ("2024-02-29", "1 year", "2025-02-28"),
        ("2023-02-28", "1 year", "2024-02-28"),
        ("2020-12-15", "1 month", "2021-01-15"),
        ("2022-11-15", "25 months", "2024-12-16"),  # 15 December is a Sunday
        ("2025-10-11", "15 days", "2025-10-27"),  # 26 October is a Sunday
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(due, start, period, expected):
    assert due(start, period).date == d(expected)


def test_a_pause_adds_its_natural_days_to_a_month(due):
    told = due("2025-10-11", "1 month", pauses=[("2025-10-20", "2025-10-23")])
    assert told.unrolled_date == d("2025-11-14")
    assert [s.date for s in told.skipped] == [d("2025-10-20"), d("2025-10-21"), d("2025-10-22")]


def test_an_extension_goes_on_from_the_last_day_before_it_was_moved(due):
    """15 days end on Sunday 26 October; 5 more end on the 31st, not five after Monday."""
    assert due("2025-10-11", "15 days", "5 days").date == d("2025-10-31")


def test_a_month_of_extension_is_measured_where_it_begins(due):
    assert due("2025-01-31", "1 month", "1 month").date == d("2025-03-28")


# --- the last day ---------------------------------------------------------------------------------


def test_a_last_day_in_spring_festival_moves_behind_it(due):
    told = due("2025-01-14", "15 days")
    assert (told.unrolled_date, told.date) == (d("2025-01-29"), d("2025-02-05"))
    assert told.skipped[0] == Skipped(d("2025-01-29"), Text("春节", "Spring Festival"))
    assert [s.date for s in told.skipped][-1] == d("2025-02-04")
    assert told.steps[-1].date == d("2025-02-05")


def test_a_limit_on_liberty_ends_on_its_day_holiday_or_not(due):
    told = due("2025-01-14", "15 days", roll=False)
    assert told.date == told.unrolled_date == d("2025-01-29")
    assert told.skipped == ()


def test_a_last_day_on_a_worked_sunday_is_not_moved(due):
    assert due("2025-08-28", "1 month").date == d("2025-09-28")


def test_a_limit_of_days_that_ends_in_national_day_ends_on_the_ninth(due):
    """期间的最后一日为节假日的，以节假日后的第一日为期满日期: served on 16 September, 15 days."""
    assert due("2025-09-16", "15 days").date == d("2025-10-09")


# --- the first day --------------------------------------------------------------------------------


def test_the_day_of_the_event_is_not_counted(due):
    assert due("2025-11-03", "1 day").date == d("2025-11-04")


@pytest.mark.parametrize(
    ("start", "period", "expected"),
    [
        ("2025-11-03", "1 day", "2025-11-03"),
        ("2025-11-03", "5 working days", "2025-11-07"),
        ("2025-11-01", "1 working day", "2025-11-03"),
        ("2025-03-01", "1 month", "2025-03-31"),
        ("2025-01-31", "1 month", "2025-02-27"),
        ("2024-03-05", "1 year", "2025-03-04"),
    ],
)
def test_a_start_day_that_is_counted_is_day_one(due, start, period, expected):
    assert due(start, period, start_day="included", roll=False).date == d(expected)


def test_months_in_a_row_join_when_the_start_day_is_counted(due):
    told = due("2025-03-01", "1 month", "1 month", start_day="included", roll=False)
    assert told.date == d("2025-04-30")


def test_a_moment_counts_by_the_day_it_shows(due):
    late = datetime(2025, 11, 3, 23, 59, tzinfo=BEIJING)
    assert due(late, "1 day").date == d("2025-11-04")


# --- pauses ---------------------------------------------------------------------------------------


def test_the_day_of_pausing_stands_and_the_day_of_resuming_runs(due):
    told = due("2025-11-03", "2 days", pauses=[("2025-11-04", "2025-11-05")])
    assert told.date == d("2025-11-06")
    assert told.skipped == (Skipped(d("2025-11-04"), PAUSED),)


@pytest.mark.parametrize("period", ["5 days", "5 working days"])
def test_an_open_pause_holds_the_clock(due, period):
    told = due("2025-11-03", period, pauses=[("2025-11-06", None)])
    assert told.held
    assert (told.date, told.moment, told.unrolled_date) == (None, None, None)
    assert told.steps[-1].date == d("2025-11-06")
    assert told.steps[-1].label.en == "the clock stands still and has not been resumed"


@pytest.mark.parametrize("period", ["4 days", "4 working days"])
def test_a_limit_that_ends_on_the_eve_of_a_pause_is_not_held(due, period):
    told = due("2025-11-03", period, pauses=[("2025-11-08", None)])
    assert told.date == d("2025-11-07")
    assert len(told.steps) == 1


def test_an_extension_meets_the_pause_that_the_limit_did_not(due):
    told = due("2025-11-03", "4 days", "3 days", pauses=[("2025-11-08", None)])
    assert told.held
    assert [step.date for step in told.steps] == [d("2025-11-07"), d("2025-11-08")]


@pytest.mark.parametrize("period", ["5 days", "5 working days"])
def test_pauses_that_overlap_or_touch_are_told_as_one(due, period):
    overlapping = [("2025-11-05", "2025-11-07"), ("2025-11-04", "2025-11-06")]
    inside = [("2025-11-04", "2025-11-07"), ("2025-11-05", "2025-11-06")]
    touching = [("2025-11-05", "2025-11-07"), ("2025-11-04", "2025-11-05")]
    one = [("2025-11-04", "2025-11-07")]
    assert (
        due("2025-11-03", period, pauses=overlapping)
        == due("2025-11-03", period, pauses=touching)
        == due("2025-11-03", period, pauses=inside)
        == due("2025-11-03", period, pauses=one)
    )


def test_a_closed_pause_within_an_open_one_does_not_resume_the_clock(due):
    pauses = [("2025-11-05", None), ("2025-11-06", "2025-11-10")]
    assert due("2025-11-03", "9 days", pauses=pauses).held
    assert due("2025-11-03", "9 days", pauses=[("2025-11-04", "2025-11-06"), pauses[0]]).held


@pytest.mark.parametrize(
    "pause",
    [
        ("2025-11-04", "2025-11-04"),  # resumed the same day
        ("2025-11-06", "2025-11-04"),  # written the wrong way round
        ("2025-10-20", "2025-11-04"),  # over before the first day
        ("2025-11-06", "2025-11-20"),  # begins after the last
    ],
)
@pytest.mark.parametrize("period", ["2 days", "2 working days"])
def test_a_pause_with_no_day_in_the_count_changes_nothing(due, period, pause):
    assert due("2025-11-03", period, pauses=[pause]) == due("2025-11-03", period)


# --- what is not yet published --------------------------------------------------------------------


def test_a_count_into_an_unpublished_year_is_provisional(due):
    """1 January 2027 will surely be a holiday, but no notice says so yet."""
    told = due("2026-12-28", "5 working days")
    assert (told.date, told.provisional) == (d("2027-01-04"), True)
    assert not due("2026-12-28", "3 working days").provisional


def test_a_count_from_before_the_first_notice_is_provisional(due):
    assert due("2003-12-30", "5 working days").provisional
    assert due("2003-12-30", "5 working days").date == d("2004-01-07")


def test_a_last_day_in_an_unpublished_year_is_provisional_if_it_could_move(due):
    assert due("2026-06-10", "1 year").provisional
    assert not due("2026-06-10", "1 year", roll=False).provisional


def test_a_held_count_may_be_provisional_too(due):
    told = due("2026-12-30", "9 working days", pauses=[("2027-01-05", None)])
    assert (told.held, told.provisional) == (True, True)


# --- hours ----------------------------------------------------------------------------------------


def test_hours_run_through_holidays_and_pauses(due):
    start = datetime(2025, 9, 30, 16, 30, tzinfo=BEIJING)
    told = due(start, "24 hours", "12 hours", pauses=[("2025-10-01", None)])
    assert told.moment == datetime(2025, 10, 2, 4, 30, tzinfo=BEIJING)
    assert (told.date, told.unrolled_date) == (d("2025-10-02"), d("2025-10-02"))
    assert (told.held, told.provisional, told.skipped) == (False, False, ())
    assert [step.date for step in told.steps] == [d("2025-10-01"), d("2025-10-02")]


def test_hours_really_pass_where_clocks_are_changed(due):
    """In 1986 Shanghai put its clocks forward an hour on 4 May."""
    shanghai = ZoneInfo("Asia/Shanghai")
    told = due(datetime(1986, 5, 3, 12, 0, tzinfo=shanghai), "24 hours")
    assert told.moment.isoformat() == "1986-05-04T13:00:00+09:00"


def test_hours_from_a_bare_day_begin_with_the_day(due):
    assert due("2025-11-03", "24 hours").moment.isoformat() == "2025-11-04T00:00:00"


@pytest.mark.parametrize("periods", [[], ["24 hours", "1 day"], ["1 month", "24 hours"]])
def test_no_period_and_mixed_hours_are_refused(due, periods):
    with pytest.raises(Invalid, match="hours cannot be mixed"):
        due("2025-11-03", *periods)


# --- why this date --------------------------------------------------------------------------------


def test_every_skipped_day_says_why_in_both_languages(due):
    told = due("2025-09-26", "5 working days", pauses=[("2025-10-09", "2025-10-10")])
    names = {6: Text("中秋", "Mid-autumn Festival")}
    assert told.date == d("2025-10-11")
    assert told.skipped == (
        Skipped(d("2025-09-27"), Text("周六", "Saturday")),
        *(
            Skipped(date(2025, 10, day), names.get(day, Text("国庆节", "National Day")))
            for day in range(1, 9)
        ),
        Skipped(d("2025-10-09"), PAUSED),
    )


def test_the_steps_tell_the_reckoning_in_order(due):
    told = due("2025-10-22", "30 days", "10 days", pauses=[("2025-11-03", "2025-11-10")])
    assert [(step.label.zh, step.label.en, str(step.date)) for step in told.steps] == [
        (
            "自2025-11-03起不计，2025-11-10恢复计算",
            "not counted from 2025-11-03, running again on 2025-11-10",
            "2025-11-10",
        ),
        ("期限30日", "limit of 30 days", "2025-11-28"),
        ("第1次延长10日", "extension 1: 10 days", "2025-12-08"),
    ]
    rolled = due("2025-10-11", "15 days").steps[-1]
    assert (str(rolled.date), rolled.label.zh) == (
        "2025-10-27",
        "末日不是工作日，顺延至其后第一个工作日",
    )


# --- what is left ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "working", "natural"),
    [
        ("2025-09-26", 5, 14),
        ("2025-10-09", 1, 1),
        ("2025-10-10", 0, 0),
        ("2025-10-13", -2, -3),
    ],
)
def test_what_is_left_is_counted_from_tomorrow_and_lateness_is_negative(
    china, on, working, natural
):
    due_date = d("2025-10-10")
    assert days_left(due_date, d(on), calendar=china, unit="working_day") == working
    for unit in ("day", "month", "year", "hour"):
        assert days_left(due_date, d(on), calendar=china, unit=unit) == natural
