"""What must hold of every due date, whatever the history."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from paizhu.kernel.counting import Counting, count
from paizhu.kernel.periods import Period

DAYS = st.dates(date(2004, 1, 1), date(2026, 12, 31))
IN_DAYS = st.builds(Period, st.integers(1, 90), st.sampled_from(["working_day", "day"]))
IN_MONTHS = st.builds(Period, st.integers(1, 24), st.sampled_from(["month", "year"]))
PERIODS = IN_DAYS | IN_MONTHS
COUNTINGS = st.builds(Counting, st.sampled_from(["excluded", "included"]), st.booleans())


@st.composite
def histories(draw, *, periods, most_pauses):
    start = draw(DAYS)
    offsets = st.tuples(st.integers(-5, 90), st.integers(0, 30))
    pauses = [
        (start + timedelta(days=after), start + timedelta(days=after + length))
        for after, length in draw(st.lists(offsets, min_size=1, max_size=most_pauses))
    ]
    limits = [draw(PERIODS), *draw(st.lists(periods, max_size=2))]
    return start, limits, pauses, draw(COUNTINGS)


@given(histories(periods=PERIODS, most_pauses=3), PERIODS)
def test_an_extension_never_moves_a_date_earlier(china, history, extension):
    start, limits, pauses, counting = history
    before = count(start, limits, calendar=china, counting=counting, pauses=pauses)
    after = count(start, [*limits, extension], calendar=china, counting=counting, pauses=pauses)
    assert after.date >= before.date
    assert after.unrolled_date > before.unrolled_date


def check_longer_pause(china, history, longer):
    """Lengthen the first pause at its end; the date may stay or move later."""
    start, limits, pauses, counting = history
    since, until = pauses[0]
    lengthened = [(since, until + timedelta(days=longer)), *pauses[1:]]
    before = count(start, limits, calendar=china, counting=counting, pauses=pauses)
    after = count(start, limits, calendar=china, counting=counting, pauses=lengthened)
    assert before.date <= after.date


@given(histories(periods=IN_DAYS, most_pauses=4), st.integers(1, 60))
def test_a_longer_pause_never_moves_a_date_earlier(china, history, longer):
    check_longer_pause(china, history, longer)


@given(histories(periods=PERIODS, most_pauses=1), st.integers(1, 60))
def test_a_longer_pause_never_moves_an_extension_by_months_earlier(china, history, longer):
    check_longer_pause(china, history, longer)


@given(histories(periods=PERIODS, most_pauses=3))
def test_a_moved_date_lands_on_a_working_day_with_none_passed_over(china, history):
    start, limits, pauses, _ = history
    told = count(start, limits, calendar=china, counting=Counting(), pauses=pauses)
    assert china.is_working_day(told.date)
    assert told.date == china.next_working_day(told.unrolled_date)
    unmoved = count(start, limits, calendar=china, counting=Counting(roll=False), pauses=pauses)
    assert unmoved.date == told.unrolled_date


@given(histories(periods=PERIODS, most_pauses=3))
def test_no_day_is_skipped_twice_and_all_lie_before_the_date(china, history):
    start, limits, pauses, counting = history
    told = count(start, limits, calendar=china, counting=counting, pauses=pauses)
    skipped = [day.date for day in told.skipped]
    assert skipped == sorted(set(skipped))
    assert all(start <= day < told.date for day in skipped)


@given(DAYS, IN_DAYS)
def test_what_is_left_on_the_start_day_is_the_limit(china, start, limit):
    told = count(start, [limit], calendar=china, counting=Counting(roll=False))
    if limit.unit == "working_day":
        assert china.working_days_between(start, told.date) == limit.value
    else:
        assert (told.date - start).days == limit.value


@given(PERIODS)
def test_a_period_survives_being_written_and_read(period):
    assert Period.parse(str(period)) == period
