"""The standing verbs need no signature, so none of them can be used for oneself."""

import pytest

from paizhu.engine import standing, steps, words
from paizhu.kernel.errors import Invalid, NotAllowed
from tests.unit.engine.matters import DAY, Told, actor, in_work, rules, triage, when


def said(kind, call):
    with pytest.raises(kind) as found:
        call()
    return found.value.say


def assign(told: Told, who: str, role: str, *persons: str) -> Told:
    return told.write(
        standing.assign(
            told.state, told.procedure, actor(who), role=role, persons=persons, when=when(DAY)
        )
    )


def test_seats_are_given_to_enough_others_in_roles_that_have_seats():
    told = triage()
    assign(told, "section_head", "handler", "three", "four")
    assert told.state.seats["handler"] == ("three", "four")
    assert said(Invalid, lambda: assign(told, "section_head", "head", "x")) == words.NO_SEATS
    assert said(Invalid, lambda: assign(told, "section_head", "nobody", "x")) == words.NO_SEATS
    assert "at least 2" in said(Invalid, lambda: assign(told, "section_head", "handler")).en
    itself = said(
        NotAllowed, lambda: assign(told, "section_head", "handler", "section_head", "one")
    )
    assert itself == words.NOT_YOURSELF
    assert "Section head" in said(NotAllowed, lambda: assign(told, "head", "handler", "x")).en


def test_whoever_sits_already_may_stay_when_he_assigns_another():
    told = triage().by_rule("assigned", role="handler", persons=["section_head", "one"])
    assign(told, "section_head", "handler", "section_head", "two")
    assert told.state.seats["handler"] == ("section_head", "two")


def substitute(told: Told, who: str, person: str, role: str = "section_head", *roles: str) -> Told:
    return told.write(
        standing.substitute(
            told.state, told.procedure, actor(who, *roles), role=role, person=person,
            reasons="回避", when=when(DAY),
        )
    )  # fmt: skip


def test_nobody_appoints_himself_or_the_one_who_signs_for_him():
    told = triage().act("one", "dispose", disposal="hold", reasons="x").recuse("section_head")
    assert said(NotAllowed, lambda: substitute(told, "head", "head")) == words.NOT_YOURSELF
    mine = said(NotAllowed, lambda: substitute(told, "one", "two", "section_head", "head"))
    assert mine == words.NOT_FOR_YOUR_PROPOSAL
    proposer = said(NotAllowed, lambda: substitute(told, "head", "one"))
    assert proposer == words.CANNOT_SIGN_EITHER
    substitute(told, "head", "three").sign("three", "officer")
    told.recuse("head")
    signed = said(NotAllowed, lambda: substitute(told, "duty_leader", "three", "head"))
    assert signed == words.CANNOT_SIGN_EITHER
    substitute(told, "duty_leader", "four", "head").sign("four", "officer")
    assert told.state.stage == "held"


def test_a_substitute_is_held_against_what_waits_for_his_role_only():
    spec = rules().spec
    clock = spec.clocks["work"].model_copy(update={"extension": None})
    told = in_work(rules(clocks={**spec.clocks, "work": clock}))
    told.act("one", "conclude", reasons="x").act("two", "prolong", reasons="x").recuse("head")
    substitute(told, "duty_leader", "one", "head")
    assert told.state.substitutes == {"head": ("one",)}


def recuse(told: Told, who: str, person: str) -> Told:
    return told.write(
        standing.recuse(
            told.state, told.procedure, actor(who), person=person, reasons="近亲属",
            above={"duty_leader"}, when=when(DAY),
        )
    )  # fmt: skip


def test_nobody_keeps_his_overseer_out():
    spec = rules().spec
    may = spec.may.model_copy(update={"recuse": ("head", "duty_leader")})
    told = triage(rules(may=may))
    assert said(NotAllowed, lambda: recuse(told, "head", "duty_leader")) == words.FROM_ABOVE
    recuse(told, "head", "one")
    recuse(told, "duty_leader", "head")
    assert told.state.recused == {"one", "head"}


def test_a_closed_matter_takes_notes_and_recusals_only():
    told = triage().act("one", "dispose", disposal="close", reasons="x")
    told.sign("section_head").sign("head")
    assert (
        said(NotAllowed, lambda: assign(told, "section_head", "handler", "a", "b")) == words.CLOSED
    )
    assert said(NotAllowed, lambda: told.correct("keeper", "summary", "x")) == words.CLOSED
    recuse(told, "head", "two")
    drafts = steps.standing(
        told.state, told.procedure, actor("head"), "note", kind="noted", payload={"text": "x"},
        when=when(DAY),
    )  # fmt: skip
    assert drafts[0].post == "head@T"
    assert said(NotAllowed, lambda: recuse(told.recuse("head"), "head", "x")) == words.RECUSED


# --- corrections --------------------------------------------------------------------------------


def test_a_correction_keeps_what_stood_there():
    told = Told().open().correct("keeper", "summary", "另一内容")
    assert told.entries[-1].payload["was"] == "示例"
    assert told.state.values["summary"] == "另一内容"


def test_what_could_not_be_entered_cannot_be_corrected_to():
    told = Told().open()
    with pytest.raises(NotAllowed) as found:
        told.correct("keeper", "concerns", "own_head")
    assert found.value.basis == "test-rules/two"
    late = said(Invalid, lambda: told.correct("keeper", "received_date", "2025-09-29"))
    assert late == words.RECEIVED_AFTER_ENTRY
    nothing = said(Invalid, lambda: told.correct("keeper", "disposal", "hold"))
    assert nothing == words.NOTHING_RECORDED
    same = said(Invalid, lambda: told.correct("keeper", "summary", "示例"))
    assert same == words.NO_CHANGE


def test_what_was_signed_for_is_not_changed_by_one_person():
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    told.sign("section_head").sign("head")
    say = said(NotAllowed, lambda: told.correct("keeper", "disposal", "letter"))
    assert "Propose disposal" in say.en


def test_the_body_that_takes_part_is_not_changed_by_a_correction():
    told = Told(rules("transfer")).open(action="draft", subject_matter="x", basis="y")
    told.act("keeper", "offer", recipient="body:2")
    say = said(NotAllowed, lambda: told.correct("keeper", "recipient", "body:3"))
    assert say == words.NAMES_A_BODY
