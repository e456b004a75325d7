"""Proofs on the graph of stages: what is reached, what may be unanswered, what never stops."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.rules import flow
from paizhu.rules.spec import Procedure

TITLE = {"zh": "题", "en": "Title"}
OPTIONS = {"a": TITLE, "b": TITLE}
CLOCK = {"title": TITLE, "basis": "x/y", "limit": "5 days", "starts": "begin", "stops": "finish"}


def procedure(actions, clock=None, fields=None) -> Procedure:
    """Give a small procedure: open, waiting, done."""
    return Procedure.model_validate(
        {
            "procedure": "small",
            "effective_from": date(2025, 1, 1),
            "title": TITLE,
            "basis": [],
            "calendar": "cn",
            "number": "{serial}",
            "roles": {"head": {"title": TITLE, "held_by": "post"}},
            "access": {"normal": ["head"]},
            "fields": {
                name: {"title": TITLE, **field}
                for name, field in (
                    fields
                    or {
                        "kind": {"type": "choice", "options": OPTIONS, "required": True},
                        "sure": {"type": "yesno"},
                        "text": {"type": "text", "required": True},
                    }
                ).items()
            },
            "stages": {
                "open": {"title": TITLE},
                "waiting": {"title": TITLE},
                "done": {"title": TITLE, "final": True},
            },
            "actions": {
                name: {"title": TITLE, "by": "head", **action} for name, action in actions.items()
            },
            "clocks": {"clock": {**CLOCK, **(clock or {})}},
        }
    )


BEGIN = {"opens": True, "to": "open", "form": ["kind"]}
FINISH = {"from": ["open", "waiting"], "to": "done"}


def way(spec: Procedure):
    return flow.way_past(spec, spec.clocks["clock"])


def test_everything_within_reach_is_found():
    spec = procedure({"begin": BEGIN, "finish": {"from": "open", "to": "done"}})
    assert flow.reachable(spec) == {"", "open", "done"}
    assert flow.reachable(spec, "waiting") == {"waiting"}


@pytest.mark.parametrize(
    ("begin", "asks", "expected"),
    [
        (["kind"], [], None),
        ([], ["kind"], None),
        ([], [], ("begin", "wait")),
        (["sure"], [], ("begin", "wait")),
    ],
)
def test_an_answer_is_certain_only_if_every_way_asks_for_it(begin, asks, expected):
    spec = procedure(
        {
            "begin": {**BEGIN, "form": begin},
            "wait": {"from": "open", "to": "waiting", "form": asks},
            "finish": {"from": "waiting", "to": "done"},
        }
    )
    assert flow.way_without(spec, "finish", "kind") == expected


def test_the_form_of_the_action_itself_counts_and_a_field_unknown_is_never_certain():
    spec = procedure({"begin": BEGIN, "finish": {**FINISH, "form": ["text"]}})
    assert flow.way_without(spec, "finish", "text") is None
    assert flow.way_without(spec, "finish", "nothing") == ("begin",)


def test_an_action_out_of_reach_misses_nothing():
    spec = procedure({"begin": BEGIN, "finish": {"from": "waiting", "to": "done"}})
    assert flow.way_without(spec, "finish", "text") is None


def targets(*pairs):
    return [{"stage": stage, "when": when} for stage, when in pairs]


KIND_A, KIND_B = {"field": "kind", "is": "a"}, {"field": "kind", "is": "b"}
SURE, UNSURE = {"field": "sure", "is": True}, {"field": "sure", "is": False}


@pytest.mark.parametrize(
    ("finish", "missing"),
    [
        ({"to": "done"}, []),
        ({}, []),
        ({"to": targets(("done", KIND_A), ("waiting", KIND_B))}, []),
        ({"to": targets(("done", KIND_A))}, [{"kind": "b"}]),
        ({"to": targets(("done", KIND_A)), "when": KIND_A}, []),
        ({"to": targets(("done", KIND_A)), "form": ["kind"], "refuses": [
            {"when": KIND_B, "basis": "x/y", "say": TITLE}]}, []),
        ({"to": targets(("done", SURE), ("waiting", UNSURE)), "form": ["sure"]}, [{"sure": None}]),
        ({"to": targets(("done", SURE), ("waiting", UNSURE))}, [{"sure": None}]),
        ({"to": targets(("done", {"any": [KIND_A, SURE]}), ("waiting", KIND_B))}, []),
    ],
)  # fmt: skip
def test_answers_without_a_target_are_found(finish, missing):
    spec = procedure({"begin": BEGIN, "finish": {"from": ["open"], **finish}})
    assert flow.uncovered(spec, "finish") == missing


def test_a_clock_that_every_way_stops_is_no_mistake():
    assert way(procedure({"begin": BEGIN, "finish": FINISH})) is None


def test_a_way_around_the_stop_is_shown():
    around = {"from": "open", "to": "done"}
    spec = procedure(
        {
            "begin": BEGIN,
            "wait": {"from": "open", "to": "waiting"},
            "finish": FINISH,
            "drop": around,
        }
    )
    assert way(spec) == ("begin", "drop")


def test_a_clock_started_by_the_last_action_never_stops():
    spec = procedure({"begin": BEGIN, "finish": FINISH}, {"starts": "finish", "stops": "begin"})
    assert way(spec) == ("begin", "finish")


def test_a_clock_that_starts_anew_must_be_stopped_anew():
    again = {"from": "open", "to": "waiting"}
    spec = procedure(
        {"begin": BEGIN, "again": again, "finish": {"from": "waiting", "to": "done"}},
        {"starts": ["begin", "again"], "stops": ["again"]},
    )
    assert way(spec) == ("begin", "again", "finish")


def test_a_proposal_stops_a_clock_only_where_a_signature_is_surely_needed():
    signed = {**FINISH, "approvals": [{"by": "head"}]}
    assert way(procedure({"begin": BEGIN, "finish": signed}, {"stops": "finish.proposed"})) is None
    sometimes = {**FINISH, "approvals": [{"by": "head", "when": KIND_A}]}
    spec = procedure({"begin": BEGIN, "finish": sometimes}, {"stops": "finish.proposed"})
    assert way(spec) == ("begin", "finish")


def test_a_clock_is_judged_by_what_was_known_when_it_was_proposed():
    proposed = {"from": "open", "to": "waiting", "form": ["sure"], "approvals": [{"by": "head"}]}
    actions = {"begin": BEGIN, "propose": proposed, "finish": {"from": "waiting", "to": "done"}}
    clock = {"starts": "propose.proposed", "stops": "begin", "when": SURE}
    assert way(procedure(actions, clock)) is None, "nobody was sure yet"
    assert way(procedure(actions, {**clock, "starts": "propose"})) == ("begin", "propose", "finish")


def test_conditions_that_cannot_hold_together_make_no_way():
    actions = {
        "begin": {**BEGIN, "to": targets(("open", KIND_A), ("waiting", KIND_B))},
        "finish": {"from": "open", "to": "done"},
        "drop": {"from": "waiting", "to": "done"},
    }
    assert way(procedure(actions, {"when": KIND_A})) is None
    assert way(procedure(actions, {"when": KIND_B})) == ("begin", "drop")


def test_what_is_refused_or_not_open_makes_no_way():
    refused = {
        "from": "open",
        "to": "done",
        "refuses": [{"when": KIND_A, "basis": "x/y", "say": TITLE}],
    }
    closed = {"from": "open", "to": "done", "when": KIND_B}
    for drop in (refused, closed):
        spec = procedure({"begin": BEGIN, "finish": FINISH, "drop": drop}, {"when": KIND_A})
        assert way(spec) is None


def test_what_cannot_be_listed_beforehand_may_be_anything():
    text = {"field": "text", "is": "x"}
    maybe = {"from": "open", "to": targets(("done", text), ("waiting", KIND_A))}
    spec = procedure({"begin": BEGIN, "finish": FINISH, "drop": maybe}, {"when": text})
    assert way(spec) == ("begin", "drop")


def test_an_answer_that_meets_no_target_leads_nowhere():
    text = {"field": "text", "is": "x"}
    maybe = {"from": "open", "to": targets(("done", KIND_A), ("waiting", text))}
    spec = procedure({"begin": BEGIN, "finish": FINISH, "drop": maybe}, {"when": KIND_B})
    assert way(spec) is None, "only kind a ends it, for which the clock never starts"


def test_more_answers_than_can_be_followed_are_taken_as_open():
    fields = {
        f"f{number}": {"type": "choice", "options": OPTIONS, "required": True}
        for number in range(8)
    }
    every = {"all": [{"field": name, "is": "a"} for name in fields]}
    actions = {"begin": {**BEGIN, "form": list(fields)}, "finish": {**FINISH, "when": every}}
    assert way(procedure(actions, {"when": every}, fields)) is None
    assert way(procedure(actions, {"when": every, "stops": "begin"}, fields)) == ("begin", "finish")


def test_a_field_asked_for_under_a_condition_keeps_its_answer_when_it_is_not():
    fields = {
        "kind": {"type": "choice", "options": OPTIONS, "required": True},
        "sure": {"type": "yesno", "required": True, "when": KIND_A},
    }
    actions = {
        "begin": {**BEGIN, "form": ["kind", "sure"]},
        "finish": FINISH,
        "drop": {"from": "open", "to": "done", "when": {"all": [KIND_B, SURE]}},
    }
    assert way(procedure(actions, {}, fields)) is None, "sure is asked for only with kind a"
