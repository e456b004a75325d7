"""What a step writes, and what it refuses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from paizhu.engine import steps, words
from paizhu.kernel.errors import Invalid, NotAllowed
from tests.unit.engine.matters import DAY, REGISTERED, Told, actor, in_work, rules, triage, when


def refused(kind, call) -> str:
    with pytest.raises(kind) as found:
        call()
    return found.value.say.en


def test_a_matter_opens_only_with_an_opening_action_by_whoever_may():
    assert "does not open" in refused(NotAllowed, lambda: Told().open(action="hand_over"))
    assert "Keeper" in refused(NotAllowed, lambda: Told().open(who="head"))


def test_what_must_not_be_entered_is_refused_with_its_article():
    with pytest.raises(NotAllowed) as found:
        Told().open(concerns="own_head")
    assert found.value.basis == "test-rules/two"


def test_an_opening_issues_its_documents():
    spec = rules().spec
    action = spec.actions["register"].model_copy(update={"issues": ("disposal_sheet",)})
    told = Told(rules(actions={**spec.actions, "register": action})).open()
    assert [entry.kind for entry in told.entries] == ["enacted", "issued"]
    assert told.state.issued == (("disposal_sheet", ""),)


def test_an_act_that_needs_signatures_is_proposed_first():
    told = triage()
    assert [entry.kind for entry in told.entries] == ["enacted", "proposed", "approved", "enacted"]
    assert told.entries[1].payload["seats"] == ["one", "two"]
    told.act("one", "dispose", disposal="hold", reasons="x").sign("section_head")
    assert told.entries[-1].kind == "approved"
    assert told.state.stage == "triage"
    told.sign("head")
    assert [entry.kind for entry in told.entries[-3:]] == ["approved", "enacted", "issued"]


def test_an_act_without_signatures_takes_effect_at_once():
    told = in_work().act("head", "ask_superior", reasons="请示")
    assert told.entries[-1].kind == "enacted"


def test_acts_that_are_not_there_or_not_now_are_refused():
    told = triage()
    assert "no action" in refused(NotAllowed, lambda: told.act("one", "fly"))
    assert "no action" in refused(NotAllowed, lambda: told.act("keeper", "register"))
    assert "this stage" in refused(NotAllowed, lambda: told.act("keeper", "hand_over"))
    assert "Officer in charge" in refused(NotAllowed, lambda: told.act("head", "dispose"))
    told.recuse("one")
    assert refused(NotAllowed, lambda: told.act("one", "dispose")) == words.RECUSED.en
    told = in_work().act("one", "conclude", reasons="x")
    with pytest.raises(NotAllowed) as found:
        told.act("two", "conclude", reasons="x")
    assert found.value.say == words.ALREADY_PROPOSED


def test_the_day_it_counts_for_lies_between_opening_and_now():
    told = in_work()
    for counts_for, say in [
        (DAY + timedelta(days=1), words.DAY_IN_FUTURE),
        (DAY - timedelta(days=1), words.DAY_BEFORE_OPENING),
    ]:
        with pytest.raises(Invalid) as found:
            steps.act(
                told.state, told.procedure, actor("head"), "ask_superior",
                values={"reasons": "x"}, when=when(DAY, counts_for=counts_for),
            )  # fmt: skip
        assert found.value.say == say


def test_a_day_of_receipt_lies_not_in_the_future():
    with pytest.raises(Invalid) as found:
        Told().open(received_date="2025-09-29")
    assert set(found.value.fields) == {"received_date"}


def test_seats_need_enough_people_none_of_them_recused():
    told = Told().open()
    assert "at least 2" in refused(
        Invalid, lambda: told.act("keeper", "hand_over", seats=["one", "one"])
    )
    told.recuse("two")
    with pytest.raises(Invalid) as found:
        told.act("keeper", "hand_over", seats=["one", "two"])
    assert found.value.say == words.SEAT_RECUSED


def test_somebody_recused_since_the_proposal_takes_no_seat():
    told = Told().open().act("keeper", "hand_over", seats=["one", "two"]).recuse("two")
    with pytest.raises(Invalid) as found:
        told.sign("head")
    assert found.value.say == words.SEAT_RECUSED
    told.give_back("head")
    assert not told.state.proposals


def test_a_signature_belongs_to_a_proposal_that_waits():
    told = triage()
    with pytest.raises(NotAllowed) as found:
        steps.approve(told.state, told.procedure, actor("head"), 99, when=when(DAY))
    assert found.value.say == words.NOTHING_TO_SIGN
    told.act("one", "dispose", disposal="hold", reasons="x")
    assert "Section head" in refused(NotAllowed, lambda: told.sign("head"))
    assert "Section head" in refused(NotAllowed, lambda: told.give_back("head"))


def test_what_was_proposed_in_another_stage_can_only_be_returned():
    spec = rules().spec
    clock = spec.clocks["work"].model_copy(update={"extension": None})
    told = in_work(rules(clocks={**spec.clocks, "work": clock}))
    told.act("one", "conclude", reasons="x").act("one", "prolong", reasons="x")
    conclude, prolong = told.state.proposals
    told.write(steps.approve(told.state, told.procedure, actor("section_head"), conclude,
                             when=when(DAY)))  # fmt: skip
    with pytest.raises(NotAllowed) as found:
        steps.approve(told.state, told.procedure, actor("head"), conclude, when=when(DAY))
    assert found.value.say == words.PROPOSALS_STILL_WAIT
    moved = steps.by_rule(told.state, told.procedure, "noted", payload={}, when=when(DAY))
    told.write([replace(moved, stage="held")])
    with pytest.raises(NotAllowed) as found:
        steps.approve(told.state, told.procedure, actor("head"), prolong, when=when(DAY))
    assert found.value.say == words.STAGE_MOVED_ON
    drafts = steps.give_back(
        told.state, told.procedure, actor("head"), prolong, reasons="已过", when=when(DAY)
    )
    assert drafts[0].kind == "returned"


def test_only_the_proposer_withdraws_and_everybody_gives_reasons():
    told = triage().act("one", "dispose", disposal="hold", reasons="x")
    assert "Only the person" in refused(NotAllowed, lambda: told.withdraw("two"))
    assert refused(Invalid, lambda: told.give_back("section_head", reasons=" "))
    told.withdraw("one")
    assert told.entries[-1].kind == "withdrawn"
    assert told.state.proposals == {}


def test_nothing_closes_while_a_clock_runs():
    spec = rules().spec
    clock = spec.clocks["opinion"].model_copy(update={"stops": ("conclude",)})
    told = triage(rules(clocks={**spec.clocks, "opinion": clock}))
    told.act("one", "dispose", disposal="close", reasons="x").sign("section_head")
    assert "still runs" in refused(NotAllowed, lambda: told.sign("head"))


def test_a_child_opens_without_the_role_that_opens_by_hand():
    procedure = rules("letter")
    payload = {
        "values": {"subject": "乙", "matter_text": "x"}, "number": "L-1",
        "parts": {"holder": [1]}, "parent": "T-1",
    }  # fmt: skip
    drafts = steps.opening(procedure, "draft", actor("head"), payload=payload, when=when(DAY))
    assert drafts[0].post == ""
    alone = {key: value for key, value in payload.items() if key != "parent"}
    with pytest.raises(NotAllowed):
        steps.opening(procedure, "draft", actor("head"), payload=alone, when=when(DAY))


def test_a_payload_without_values_opens_a_matter_without_values():
    procedure = rules("letter")
    drafts = steps.opening(
        procedure, "draft", actor("section_head"), payload={"number": "L"}, when=when(DAY)
    )
    assert Told(procedure).write(drafts).state.values == {}


def test_the_same_first_step_is_written_the_same():
    first, second = (Told(day=date(2025, 9, 28)).open().entries[0] for _ in range(2))
    assert first == second
    assert first.payload["values"] == REGISTERED
