"""When clocks start, stop, pause, run on; and that back-dating gains nobody a day."""

from datetime import date, datetime, timedelta

import pytest

from paizhu.engine import clocks, steps
from paizhu.engine.state import ClockRun
from paizhu.kernel.errors import Invalid
from paizhu.kernel.periods import Period
from paizhu.rules.spec.declared import Dated
from tests.unit.engine.matters import DAY, PLACE, Told, actor, in_work, rules, triage, when


def clock(name: str, **changes):
    """Give the inquiry with one clock declared otherwise."""
    spec = rules().spec
    changed = spec.clocks[name].model_copy(update=changes)
    return rules(clocks={**spec.clocks, name: changed})


def dated(limits: dict[date, str]) -> Dated:
    return Dated.model_construct(
        values=tuple((since, Period.parse(limit)) for since, limit in sorted(limits.items()))
    )


def status(told: Told, name: str, on: date) -> str:
    return clocks.standing(told.run(name), told.procedure, on=on).status


def test_a_clock_counts_from_receipt_and_stops_on_the_proposal():
    told = Told().open()
    assert told.run("take_in").start == date(2025, 9, 26)
    assert clocks.due_of(told.run("take_in"), told.procedure).date == date(2025, 10, 10)
    told.act("keeper", "hand_over", seats=["one", "two"])
    assert status(told, "take_in", DAY) == "met"


def test_a_proposal_returned_lets_the_clock_run_on_as_if_never_made():
    told = Told().open().act("keeper", "hand_over", seats=["one", "two"])
    told.day = date(2025, 10, 13)
    told.give_back("head")
    assert status(told, "take_in", told.day) == "late"
    assert clocks.standing(told.run("take_in"), told.procedure, on=told.day).days_left == -2


def test_a_clock_started_by_a_proposal_goes_with_it():
    told = Told(clock("opinion", starts=("hand_over.proposed",))).open()
    told.act("keeper", "hand_over", seats=["one", "two"])
    assert told.run("opinion").is_running
    told.withdraw("keeper")
    assert told.state.run("opinion") is None


def test_a_pause_begun_by_a_proposal_ends_with_its_return():
    pause = rules().spec.clocks["work"].pauses[0].model_copy(update={"from_": "prolong.proposed"})
    told = in_work(clock("work", pauses=(pause,), extension=None))
    told.act("one", "prolong", reasons="请示")
    assert told.run("work").is_paused
    assert status(told, "work", DAY) == "paused"
    told.give_back("head")
    assert told.run("work").pauses == ()


def test_a_limit_in_hours_is_kept_by_the_moment():
    told = triage(clock("opinion", limit=dated({date(2019, 1, 1): "24 hours"}), target=None))
    procedure = told.procedure
    run = told.run("opinion")
    at = datetime(2025, 9, 28, 10, tzinfo=PLACE)
    due = clocks.due_of(run, procedure)
    assert due.moment == at + timedelta(hours=24)
    for hours, kept in [(23, True), (24, True), (25, False)]:
        stopped_at = at + timedelta(hours=hours)
        ended = ClockRun("opinion", 1, DAY, at, stopped=stopped_at.date(), stopped_at=stopped_at)
        assert clocks.is_kept(ended, due) is kept


def test_a_paused_clock_has_no_day_and_resumes_with_the_days_left():
    told = in_work()
    before = clocks.due_of(told.run("work"), told.procedure).date
    told.day = date(2025, 11, 3)
    told.act("head", "ask_superior", reasons="请示")
    assert clocks.due_of(told.run("work"), told.procedure).date is None
    assert clocks.thresholds(told.run("work"), told.procedure) == []
    assert clocks.next_warning(told.run("work"), told.procedure) is None
    told.day = date(2025, 11, 10)
    told.act("head", "superior_answers", reasons="批复")
    after = clocks.due_of(told.run("work"), told.procedure).date
    assert before is not None
    assert after is not None
    assert (after - before).days >= 7


def test_warnings_fall_before_the_day_and_the_miss_the_day_after():
    told = Told().open()
    run = told.run("take_in")
    days = dict(clocks.thresholds(run, told.procedure))
    # 11 October is a working Saturday; before the tenth lies the holiday.
    assert days == {
        "2 working days": date(2025, 9, 30),
        "1 working day": date(2025, 10, 9),
        "missed": date(2025, 10, 11),
    }
    told.by_rule("warned", clock="take_in", run=1, threshold="2 working days", due="2025-10-10")
    assert clocks.next_warning(told.run("take_in"), told.procedure) == date(2025, 10, 9)
    told.by_rule("warned", clock="take_in", run=2, threshold="missed", due="2025-10-10")
    assert told.run("take_in").warned == ("2 working days",)


def test_warnings_in_natural_days_are_counted_so():
    told = Told(clock("take_in", warn=(Period.parse("3 days"), Period.parse("1 month")))).open()
    days = dict(clocks.thresholds(told.run("take_in"), told.procedure))
    assert days["3 days"] == date(2025, 10, 7)
    assert days["1 month"] == date(2025, 9, 10)


def test_a_clock_that_stopped_warns_no_more():
    told = Told().open().act("keeper", "hand_over", seats=["one", "two"])
    assert clocks.thresholds(told.run("take_in"), told.procedure) == []


@pytest.mark.parametrize("confidence", ["T", "S", "unheard of"])
def test_why_a_date_names_all_it_rests_on(confidence):
    told = in_work()
    told.day = date(2025, 11, 3)
    told.act("head", "ask_superior", reasons="请示")
    said = {line.label.en: line.text.en for line in clocks.why(told.run("work"), told.procedure)}
    assert said["Article"] == "3"
    assert "not yet resumed" in said["Pause"]
    told.day = date(2025, 11, 10)
    told.act("head", "superior_answers", reasons="批复")
    said = {line.label.en: line.text.en for line in clocks.why(told.run("work"), told.procedure)}
    assert said["Pause"] == "3 November 2025 to 10 November 2025"
    received = clocks.why(triage().run("take_in"), told.procedure)
    assert "Date received" in {line.text.en for line in received}
    assert clocks._confidence(confidence).en


def test_a_date_beyond_the_published_years_says_that_it_is_provisional():
    told = Told()
    last = told.procedure.calendar.last_published
    told.day = date(last + 1, 3, 2)
    told.open(received_date=f"{last + 1}-03-02")
    labels = {line.label.en for line in clocks.why(told.run("take_in"), told.procedure)}
    assert "Provisional" in labels


def test_a_provision_without_a_version_shows_a_dash():
    told = triage()
    procedure = told.procedure
    found = {line.label.en: line.text.en for line in clocks.why(told.run("opinion"), procedure)}
    assert found["Version in force"] == "1 June 2025"
    early = ClockRun("take_in", 1, date(2018, 1, 2), datetime(2018, 1, 2, tzinfo=PLACE))
    assert clocks.why(early, procedure)


def test_a_clock_without_a_figure_on_the_day_does_not_start_and_cannot_be_counted():
    limit = dated({date(2025, 9, 27): "5 working days"})
    told = Told(clock("take_in", limit=limit)).open(received_date="2025-09-20")
    assert told.state.run("take_in") is None
    with pytest.raises(Invalid):
        clocks.limit_of("take_in", date(2025, 9, 20), told.procedure)


def test_a_corrected_day_starts_the_clock_that_had_no_figure_before():
    limit = dated({date(2025, 9, 27): "5 working days"})
    told = Told(clock("take_in", limit=limit)).open(received_date="2025-09-20")
    told.correct("keeper", "received_date", "2025-09-28")
    assert told.run("take_in").start == DAY


def test_what_was_wrongly_entered_as_found_gets_its_clock_when_corrected():
    told = Told().open(source="found")
    assert told.state.run("take_in") is None
    told.day += timedelta(days=4)
    told.correct("keeper", "source", "forwarded")
    assert told.run("take_in").start == date(2025, 9, 26)
    assert told.fold() == told.state


def test_a_clock_that_starts_after_all_is_stopped_by_what_has_happened_since():
    waiting = Told().open(source="found").act("keeper", "hand_over", seats=["one", "two"])
    waiting.correct("keeper", "source", "forwarded")
    assert not waiting.run("take_in").is_running
    done = triage_found()
    done.correct("keeper", "source", "forwarded")
    assert not done.run("take_in").is_running


def triage_found() -> Told:
    told = Told().open(source="found").act("keeper", "hand_over", seats=["one", "two"])
    return told.sign("head")


def test_a_corrected_day_of_receipt_moves_a_running_clock_and_no_other():
    told = Told().open()
    told.correct("keeper", "received_date", "2025-09-25")
    assert told.run("take_in").start == date(2025, 9, 25)
    told.act("keeper", "hand_over", seats=["one", "two"])
    told.correct("keeper", "received_date", "2025-09-24")
    assert told.run("take_in").start == date(2025, 9, 25)


# --- back-dating --------------------------------------------------------------------------------


def act_counting_for(told: Told, who: str, action: str, day: date, **values) -> Told:
    drafts = steps.act(
        told.state, told.procedure, actor(who), action, values=values,
        seats=["one", "two"] if action == "hand_over" else (),
        when=when(told.day, counts_for=day),
    )  # fmt: skip
    return told.write(drafts)


def test_a_stop_counts_on_the_day_it_is_recorded():
    told = Told().open()
    told.day = date(2025, 10, 20)
    act_counting_for(told, "keeper", "hand_over", date(2025, 10, 9))
    assert status(told, "take_in", told.day) == "missed"


def test_a_pause_begins_on_the_day_it_is_recorded_and_ends_on_the_day_claimed():
    told = in_work()
    told.day = date(2025, 11, 10)
    act_counting_for(told, "head", "ask_superior", date(2025, 10, 9), reasons="请示")
    assert told.run("work").pauses == ((date(2025, 11, 10), None),)
    told.day = date(2025, 11, 20)
    act_counting_for(told, "head", "superior_answers", date(2025, 11, 12), reasons="批复")
    assert told.run("work").pauses == ((date(2025, 11, 10), date(2025, 11, 12)),)


def test_a_pause_that_is_said_to_end_before_it_began_is_none():
    told = in_work()
    told.day = date(2025, 11, 10)
    told.act("head", "ask_superior", reasons="请示")
    told.day = date(2025, 11, 20)
    act_counting_for(told, "head", "superior_answers", date(2025, 11, 3), reasons="批复")
    assert told.run("work").pauses == ((date(2025, 11, 10), date(2025, 11, 10)),)


def test_a_start_counts_from_the_earlier_day_claimed():
    told = Told().open()
    told.day = date(2025, 10, 9)
    act_counting_for(told, "keeper", "hand_over", DAY)
    number = next(iter(told.state.proposals))
    drafts = steps.approve(
        told.state, told.procedure, actor("head"), number, when=when(told.day, counts_for=DAY)
    )
    told.write(drafts)
    assert told.run("opinion").start == DAY


def test_a_correction_of_something_else_starts_no_clock():
    told = Told().open(source="found").correct("keeper", "summary", "另一内容")
    assert told.state.run("take_in") is None
