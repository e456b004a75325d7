"""What is open to whom, and why not."""

from datetime import date, timedelta

import pytest

from paizhu.engine import rights, steps, words
from paizhu.engine.rights import Stuck
from paizhu.kernel.errors import NotAllowed
from tests.unit.engine.matters import DAY, Told, actor, in_work, rules, triage, when

HOLDERS = {
    "keeper": frozenset({"keeper"}),
    "section_head": frozenset({"section_head"}),
    "head": frozenset({"head"}),
    "duty_leader": frozenset({"duty_leader"}),
}


def why(told: Told, name: str, action: str, *roles: str):
    return rights.why_not(told.state, told.procedure, actor(name, *roles), action, when(told.day))


def open_to(told: Told, name: str) -> list[str]:
    found = rights.open_to(told.state, told.procedure, actor(name), when(told.day))
    return [step.action for step in found if step.is_allowed]


def test_only_those_whose_step_it_is_may_take_it():
    told = triage()
    assert open_to(told, "one") == ["dispose"]
    assert open_to(told, "head") == []
    assert "Officer in charge" in why(told, "head", "dispose").en


def test_a_seat_and_a_substitution_give_the_role_like_a_post():
    told = triage()
    told.by_rule("assigned", role="head", persons=["three"], substitute=True)
    assert rights.roles_in(told.state, actor("one", "officer")) == {
        "officer": "officer@T", "handler": "seat:handler",
    }  # fmt: skip
    assert rights.roles_in(told.state, actor("three", "officer"))["head"] == "substitute:head"
    told.recuse("three")
    assert rights.roles_in(told.state, actor("three", "head")) == {}
    assert why(told, "three", "dispose") == words.RECUSED


def test_while_a_step_waits_for_signature_no_other_may_lead_on():
    told = in_work().act("one", "conclude", reasons="办结")
    assert why(told, "two", "conclude") == words.ALREADY_PROPOSED
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    assert why(told, "two", "dispose") == words.ALREADY_PROPOSED
    prolonged = in_work().act("one", "prolong", reasons="复杂")
    assert "Prolong" in why(prolonged, "two", "conclude").en
    assert why(prolonged, "head", "ask_superior") is None


def test_an_extension_needs_a_clock_that_runs_in_time_and_not_more_often_than_allowed():
    told = in_work()
    assert why(told, "one", "prolong") is None
    due = told.day + timedelta(days=200)
    late = rights.why_not(told.state, told.procedure, actor("one"), "prolong", when(due))
    assert late == words.TOO_LATE_TO_PROLONG
    told.act("one", "prolong", reasons="复杂").sign("head")
    assert "1 extension" in why(told, "one", "prolong").en
    told.act("one", "conclude", reasons="办结")
    assert why(told, "two", "prolong") == words.NO_CLOCK_TO_PROLONG


def test_an_extension_of_a_paused_clock_has_no_day_to_be_late_for():
    told = in_work().act("head", "ask_superior", reasons="请示")
    assert why(told, "one", "prolong") is None


def test_a_pause_begins_once_and_ends_once():
    told = in_work()
    assert why(told, "head", "superior_answers") == words.NOT_PAUSED
    told.act("head", "ask_superior", reasons="请示")
    assert why(told, "head", "ask_superior") == words.PAUSED_ALREADY
    assert why(told, "head", "superior_answers") is None


def test_signatures_are_asked_for_in_order_and_of_different_people():
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    proposal = next(iter(told.state.proposals.values()))

    def why_sign(name: str, *roles: str):
        return rights.why_not_sign(told.state, told.procedure, actor(name, *roles), proposal)

    assert "Section head" in why_sign("head").en
    assert why_sign("one", "section_head") == words.OWN_PROPOSAL
    assert why_sign("section_head") is None
    told.sign("section_head")
    proposal = next(iter(told.state.proposals.values()))
    assert why_sign("section_head", "section_head", "head") == words.SIGNED_BEFORE
    told.recuse("x")
    told.recuse("head")
    assert why_sign("head") == words.RECUSED


def test_a_signer_recused_since_must_be_replaced_by_another_of_his_role():
    approvals = rules().spec.actions["dispose"].approvals
    three = (
        *approvals,
        approvals[1].model_copy(update={"by": "duty_leader"}),
    )
    action = rules().spec.actions["dispose"].model_copy(update={"approvals": three})
    told = triage(rules(actions={**rules().spec.actions, "dispose": action}))
    told.act("one", "dispose", disposal="hold", reasons="x").sign("section_head").sign("head")
    told.recuse("section_head")
    proposal = next(iter(told.state.proposals.values()))
    waits = rights.next_approval(proposal, told.state, told.procedure)
    assert waits is not None
    assert waits.by == "section_head"
    with pytest.raises(NotAllowed):
        told.sign("duty_leader")
    told.sign("deputy", "section_head").sign("duty_leader")
    assert told.state.stage == "held"


def test_what_has_all_signatures_waits_for_nobody():
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    told.by_rule("approved", proposal=told.state.version, role="section_head")
    number = next(iter(told.state.proposals))
    told.by_rule("approved", proposal=number, role="head")
    proposal = told.state.proposals[number]
    assert rights.next_approval(proposal, told.state, told.procedure) is None
    reason = rights.why_not_sign(told.state, told.procedure, actor("head"), proposal)
    assert reason == words.NOTHING_TO_SIGN
    assert rights.stuck(told.state, told.procedure, HOLDERS) == []


# --- nobody left --------------------------------------------------------------------------------


def test_a_signature_nobody_may_give_names_who_appoints():
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    assert rights.stuck(told.state, told.procedure, HOLDERS) == []
    told.recuse("section_head")
    assert rights.stuck(told.state, told.procedure, HOLDERS) == [
        Stuck("dispose", "section_head", ("head", "duty_leader"))
    ]
    told.by_rule("assigned", role="section_head", persons=["three"], substitute=True)
    assert rights.stuck(told.state, told.procedure, HOLDERS) == []


def test_a_step_nobody_may_take_is_said_too():
    told = Told().open()
    assert rights.stuck(told.state, told.procedure, {}) == []
    told.recuse("somebody")
    assert rights.stuck(told.state, told.procedure, HOLDERS) == []
    told.recuse("keeper")
    (found,) = rights.stuck(told.state, told.procedure, HOLDERS)
    assert (found.action, found.role) == ("hand_over", "keeper")
    assert found.appointers == ("head", "duty_leader")


def test_empty_seats_are_filled_by_whoever_assigns():
    told = triage().recuse("one").recuse("two")
    (found,) = rights.stuck(told.state, told.procedure, HOLDERS)
    assert (found.role, found.appointers) == ("handler", ("section_head",))


def test_a_closed_matter_is_never_stuck():
    told = triage().act("one", "dispose", disposal="close", reasons="x")
    told.sign("section_head").sign("head").recuse("head")
    assert rights.stuck(told.state, told.procedure, {}) == []


# --- kept apart ---------------------------------------------------------------------------------


def campaign() -> Told:
    told = Told(rules("campaign")).open(who="case_office", action="draft")
    return told.act("duty_leader", "launch")


def test_whoever_did_the_one_may_not_do_the_other():
    told = campaign()
    reason = why(told, "duty_leader", "close", "case_office")
    assert reason is not None
    assert "Launch" in reason.en or "下发" in reason.zh
    assert why(told, "case_office", "close") is None
    told.recuse("somebody")
    found = rights.stuck(told.state, told.procedure, {"case_office": frozenset({"duty_leader"})})
    assert [one.action for one in found] == ["close"]


def test_it_waits_until_its_children_are_closed_or_excused():
    told = campaign().by_rule("linked", ref="E-1", relation="child", procedure="errand")
    assert why(told, "case_office", "close") == words.CHILDREN_OPEN
    told.by_rule("linked", ref="E-1", relation="closed", procedure="errand")
    assert why(told, "case_office", "close") is None


def test_nobody_is_told_how_many_children_are_open():
    told = campaign()
    reasons = []
    for number in (1, 2, 3):
        told.by_rule("linked", ref=f"E-{number}", relation="child", procedure="errand")
        reasons.append(why(told, "case_office", "close"))
    assert len(set(reasons)) == 1
    assert not any(letter.isdigit() for letter in reasons[0].zh + reasons[0].en)


def offered() -> Told:
    told = Told(rules("transfer")).open(action="draft", subject_matter="事由", basis="第二条")
    return told.act("keeper", "offer", recipient="body:2")


def test_the_sender_never_accepts_and_what_is_accepted_is_what_was_sent():
    told = offered()
    assert why(told, "keeper", "accept", "receiver") == words.SENDER_NEVER_ACCEPTS
    assert why(told, "receiver", "give_back") is None
    assert why(told, "receiver", "accept") is None
    told.correct("keeper", "subject_matter", "另一事由")
    assert why(told, "receiver", "accept") == words.SENT_HAS_CHANGED
    told = offered().act("receiver", "accept")
    assert told.entries[-1].payload["received"] == told.state.sent


# --- small things -------------------------------------------------------------------------------


def test_a_step_without_a_way_on_stays_in_its_stage():
    spec = rules().spec
    assert rights.target_stage(spec.actions["prolong"], {}) == ""
    assert rights.target_stage(spec.actions["conclude"], {}) == "closed"
    assert rights.target_stage(spec.actions["dispose"], {"disposal": "hold"}) == "held"
    assert rights.target_stage(spec.actions["dispose"], {}) == ""


def test_linked_matters_open_on_their_condition():
    action = rules().spec.actions["dispose"]
    assert [one.procedure for one in rights.opens_now(action, {"disposal": "letter"})] == ["letter"]
    assert rights.opens_now(action, {"disposal": "hold"}) == []


def test_who_acts_in_no_declared_role_acts_in_no_post():
    assert rights.post_of(["head"], {"keeper": "keeper@T"}) == ""


def test_a_missed_clock_takes_its_action_by_rule_where_that_fits():
    told = offered()
    told.day = date(2025, 11, 1)
    drafts = steps.missed(told.state, told.procedure, "answer", when=when(told.day))
    assert [draft.action for draft in drafts] == ["expire"]
    assert drafts[0].person == "system"
    told.write(drafts)
    assert steps.missed(told.state, told.procedure, "answer", when=when(told.day)) == []
    inquiry = triage()
    assert steps.missed(inquiry.state, inquiry.procedure, "opinion", when=when(DAY)) == []
