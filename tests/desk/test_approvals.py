"""The stack of approvals says before a decision what the door does after it."""

from __future__ import annotations

import pytest

from paizhu.casework import approvals, desk
from paizhu.casework.models import Reader
from paizhu.kernel.errors import NotFound
from paizhu.ledger.models import Entry, ReadLine
from tests.world import inquiry, sign, take


def look(world, name: str, ref: str):
    card = world.card(name, ref)
    return approvals.look(world.who(name), ref, card.proposals[0].proposal, now=world.now())


def test_the_stack_holds_what_i_may_sign_and_nothing_else(world):
    ref = inquiry(world, "proposed").ref
    assert [one.row.ref for one in approvals.stack(world.who("head"), on=world.today)] == [ref]
    for name in ("keeper", "section_head", "one", "liaison", "other_head"):
        assert approvals.stack(world.who(name), on=world.today) == []


def test_what_is_due_first_stands_first(world):
    later = inquiry(world, "proposed", received_date="2025-09-28").ref
    sooner = inquiry(world, "triage").ref
    take(world, "one", sooner, "dispose", disposal="hold", reasons="理由")
    sign(world, "section_head", sooner)
    found = approvals.stack(world.who("head"), on=world.today)
    dues = [one.row.next_clock.due_date for one in found if one.row.next_clock]
    assert {one.row.ref for one in found} == {later, sooner}
    assert dues == sorted(dues)


def test_it_tells_stage_clocks_papers_readers_and_then_the_door_does_just_that(world):
    ref = inquiry(world, "proposed").ref
    card = look(world, "head", ref)
    assert card.title.zh == "分办"
    assert card.proposed_by.zh == "钱案管"
    assert card.if_signed.stage.zh == "待处置"
    assert [chip.clock for chip in card.if_signed.clocks.started] == ["opinion"]
    assert {who.zh for who in card.if_signed.readers} == {"周经办", "吴经办"}
    before = set(Reader.objects.filter(matter__ref=ref).values_list("principal", flat=True))
    sign(world, "head", ref)
    after = world.card("head", ref)
    assert after.stage_title == card.if_signed.stage
    started = card.if_signed.clocks.started[0]
    real = next(chip for chip in after.clocks if chip.clock == "opinion")
    assert real.due_date == started.due_date
    readers = set(Reader.objects.filter(matter__ref=ref).values_list("principal", flat=True))
    assert readers - before == {world.key("one"), world.key("two")}


def test_more_time_is_told_with_the_day_it_gives(world):
    ref = inquiry(world, "in_work").ref
    now = next(chip.due_date for chip in world.card("one", ref).clocks if chip.clock == "work")
    take(world, "one", ref, "prolong", reasons="情况复杂")
    told = world.card("head", ref).proposals[0].consequences
    assert [text.en for text in told] == ["extends the clock by 10 working days: Work"]
    (later,) = look(world, "head", ref).if_signed.clocks.extended
    assert (later.clock, later.due_date > now) == ("work", True)
    sign(world, "head", ref)
    after = next(chip for chip in world.card("one", ref).clocks if chip.clock == "work")
    assert after.due_date == later.due_date


def test_looking_stores_nothing_but_that_it_was_looked_at(world):
    ref = inquiry(world, "proposed").ref
    pages = Entry.objects.count()
    look(world, "head", ref)
    assert Entry.objects.count() == pages
    assert ReadLine.objects.filter(ref=ref, person=world.key("head")).exists()


def test_one_signature_of_two_says_whose_is_still_missing(world):
    ref = inquiry(world, "triage").ref
    take(world, "one", ref, "dispose", disposal="letter", reasons="理由")
    card = look(world, "section_head", ref)
    assert card.if_signed.then.zh == "组长"
    assert card.if_signed.stage is None
    sign(world, "section_head", ref)
    last = look(world, "head", ref)
    assert last.if_signed.then is None
    assert last.if_signed.stage.zh == "办理中"
    assert last.if_signed.opens
    assert [chip.clock for chip in last.if_signed.clocks.stopped] == ["opinion"]
    assert last.if_signed.papers


def test_a_return_lets_run_on_what_the_proposal_had_stopped(world):
    ref = inquiry(world, "proposed").ref
    card = look(world, "head", ref)
    assert card.if_returned.stage is None
    told = {chip.clock for chip in card.if_returned.clocks.started}
    desk.give_back(
        actor=world.who("head"), ref=ref, proposal=card.proposal, reasons="请补充", version=card.version,
        now=world.now(),
    )  # fmt: skip
    running = {c.clock for c in world.card("keeper", ref).clocks if c.status in ("running", "late")}
    assert told == running


def test_what_stood_there_before_is_shown_beside_what_is_proposed(world):
    ref = inquiry(world, "held").ref
    take(world, "one", ref, "dispose", disposal="close", reasons="查无实据")
    card = look(world, "section_head", ref)
    disposal = next(one for one in card.fields if one.field.field == "disposal")
    assert (disposal.before.zh, disposal.field.shown.zh) == ("暂存待查", "予以了结")
    assert "disposal" not in {one.field for one in card.known}
    sign(world, "section_head", ref)
    assert look(world, "head", ref).if_signed.is_closed


def test_a_decision_that_the_door_would_refuse_says_why(world):
    ref = inquiry(world, "proposed").ref
    desk.recuse(
        actor=world.who("head"), ref=ref, person=world.key("one"), reasons="亲属",
        version=world.card("head", ref).version, now=world.now(),
    )  # fmt: skip
    card = look(world, "head", ref)
    assert card.if_signed.reason is not None
    assert card.if_returned.reason is None


def test_unknown_hidden_decided_and_not_mine_are_one_answer(world):
    ref = inquiry(world, "proposed").ref
    card = world.card("head", ref)
    number = card.proposals[0].proposal
    for name, asked, proposal in (
        ("other_head", ref, number),
        ("head", "TX-WJ-2025-9999", 1),
        ("head", ref, 99),
        ("keeper", ref, number),
    ):
        with pytest.raises(NotFound):
            approvals.look(world.who(name), asked, proposal, now=world.now())
