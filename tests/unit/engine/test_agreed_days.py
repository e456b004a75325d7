"""A clock that is due on the day a field holds: agreed or ordered, where no rule has a number."""

from datetime import date

from paizhu.engine import clocks
from tests.unit.engine.matters import DAY, Told, rules, triage

#: A Saturday: what is agreed stands, and is not moved to a working day.
AGREED = date(2025, 11, 8)


def agreeing():
    """Give the inquiry with a clock due on a day that the disposal asks for, and a note moves."""
    spec = rules().spec
    field = spec.fields["received_date"].model_copy(update={"required": True, "listed": False})
    clock = spec.clocks["opinion"].model_copy(
        update={
            "limit": None,
            "due": "agreed_date",
            "target": None,
            "basis": "test-rules/two",
            "extension": None,
            "pauses": (),
        }
    )
    register = spec.actions["register"]
    more = spec.actions["prolong"].model_copy(
        update={"form": ("agreed_date",), "approvals": (), "from_": ("registered", "triage")}
    )
    asks = register.model_copy(update={"form": (*register.form, "agreed_date")})
    return rules(
        fields={**spec.fields, "agreed_date": field},
        actions={**spec.actions, "register": asks, "prolong": more},
        clocks={"opinion": clock},
    )


def begun(procedure=None, day: date = AGREED) -> Told:
    told = Told(procedure or agreeing()).open(agreed_date=day.isoformat())
    return told.act("keeper", "hand_over", seats=["one", "two"]).sign("head")


def due(told: Told) -> date | None:
    return clocks.due_of(told.run("opinion"), told.procedure).date


def test_the_agreed_day_stands_on_a_day_of_rest_and_is_left_in_natural_days():
    told = begun()
    standing = clocks.standing(told.run("opinion"), told.procedure, on=date(2025, 11, 6))
    assert (standing.due.date, standing.days_left, standing.status) == (AGREED, 2, "running")
    assert not standing.due.provisional
    late = clocks.standing(told.run("opinion"), told.procedure, on=date(2025, 11, 9))
    assert (late.status, late.days_left) == ("late", -1)


def test_why_names_the_field_and_no_calendar():
    told = begun()
    said = {line.label.en: line.text.en for line in clocks.why(told.run("opinion"), told.procedure)}
    assert said["Limit"] == "no rule has a number; the day in “Date received”"
    assert said["Article"] == "2"
    assert "Calendar" not in said
    assert "Counted from" not in said


def test_another_agreed_day_moves_the_running_clock_and_warns_anew():
    told = begun()
    told.by_rule("warned", clock="opinion", run=1, threshold="missed", due=AGREED.isoformat())
    assert told.run("opinion").warned == ("missed",)
    told.act("one", "prolong", agreed_date="2025-12-01")
    assert due(told) == date(2025, 12, 1)
    assert told.run("opinion").warned == ()
    assert told.fold() == told.state


def test_the_same_day_again_keeps_the_warnings_given():
    told = begun()
    told.by_rule("warned", clock="opinion", run=1, threshold="missed", due=AGREED.isoformat())
    told.act("one", "prolong", agreed_date=AGREED.isoformat())
    assert told.run("opinion").warned == ("missed",)


def test_a_correction_of_the_day_moves_the_clock():
    told = begun()
    told.correct("keeper", "agreed_date", "2025-11-20")
    assert due(told) == date(2025, 11, 20)


def test_a_clock_that_was_stopped_keeps_the_day_it_was_measured_by():
    told = begun()
    told.act("one", "dispose", disposal="hold", reasons="理由").sign("section_head").sign("head")
    assert not told.run("opinion").is_running
    told.correct("keeper", "agreed_date", "2025-12-20")
    assert due(told) == AGREED
    assert clocks.standing(told.run("opinion"), told.procedure, on=DAY).status == "met"


def test_without_a_day_nothing_starts_for_the_rule_has_none_to_give():
    told = triage(agreeing())
    assert "agreed_date" not in told.state.values
    assert told.state.run("opinion") is None
    told.act("one", "prolong", agreed_date=AGREED.isoformat())
    assert told.state.run("opinion") is None
