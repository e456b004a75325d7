"""Today: what is mine stands apart from what colleagues took up, and whose turn it is shows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from paizhu.analysis import sources
from paizhu.casework import desk, rulebook, today
from paizhu.casework.areas import procedures_in
from paizhu.casework.signing import may_sign
from tests import world as worlds
from tests.desk.unit_work import question
from tests.world import inquiry, sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


def refs(offers) -> set[str]:
    return {one.row.ref for one in offers}


def test_a_seat_makes_it_mine_and_nobody_elses(world):
    ref = inquiry(world, "triage").ref
    assert refs(today.today(world.who("one"), on=world.today).mine.turns) == {ref}
    third = today.today(world.who("three"), on=world.today)
    assert refs((*third.mine.waiting, *third.team.waiting)) == set()


def test_what_waits_for_a_signature_is_the_signers(world):
    ref = inquiry(world, "proposed").ref
    card = today.today(world.who("head"), on=world.today)
    assert [one.row.ref for one in card.mine.approvals] == [ref]
    assert card.mine.approvals[0].row.who.zh == "钱案管"
    assert card.mine.approvals[0].body is None, "my own body needs no name"
    assert not today.today(world.who("keeper"), on=world.today).mine.approvals


def test_clocks_stand_with_whoever_the_matter_belongs_to(world):
    ref = inquiry(world, "triage").ref
    card = today.today(world.who("one"), on=world.today)
    late = [chip.ref for chip in (*card.mine.late, *card.mine.due_soon)]
    assert set(late) <= {ref}
    sign_later = today.today(world.who("head"), on=world.today)
    assert not sign_later.team.late


def test_no_post_means_nothing_waits(world):
    alone = worlds.person(world, "nobody", "无岗位")
    card = today.today(worlds.who_is(alone, on=world.today), on=world.today)
    assert not card.mine.waiting
    assert not card.team.waiting
    assert not card.more


def test_areas_come_from_the_packs(national):
    assert "field_activity" in procedures_in("field_work")
    assert procedures_in("repairs")


def test_without_areas_nothing_counts_as_field_work(world):
    assert procedures_in("field_work") == frozenset()


def test_who_signs_under_some_rule_is_told_by_the_rules(world):
    assert may_sign(world.who("head"))
    assert may_sign(world.who("section_head"))
    assert not may_sign(world.who("one"))
    assert not may_sign(world.who("liaison"))


def test_a_step_taken_after_signing_moves_it_on_from_the_head(world):
    inquiry(world, "proposed")
    receipt = inquiry(world, "triage")
    take(world, "one", receipt.ref, "dispose", disposal="letter", reasons="理由")
    sign(world, "section_head", receipt.ref)
    card = today.today(world.who("head"), on=world.today)
    assert receipt.ref in refs(card.mine.approvals)


# --- mine, my team's, and the other side's ---------------------------------------------------------


def test_what_a_colleague_took_up_is_folded_and_what_nobody_did_is_offered_to_all(national):
    ref = question(national, "one")
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    mine = today.today(national.who("one"), on=national.today)
    colleague = today.today(national.who("two"), on=national.today)
    assert refs(mine.mine.turns) == {ref}
    assert refs(colleague.mine.waiting) == set()
    assert refs(colleague.team.waiting) == {ref}


def test_an_answer_that_came_in_says_so(national):
    ref = question(national)
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    card = today.today(national.who("one"), on=national.today)
    assert refs(card.mine.answers) == {ref}
    assert not card.mine.rest


def test_what_the_other_side_must_do_next_does_not_wait_for_me(national):
    ref = question(national)
    card = today.today(national.who("one"), on=national.today)
    assert refs(card.mine.elsewhere) == {ref}
    assert not card.mine.turns
    unit = today.today(national.who("liaison"), on=national.today)
    assert refs(unit.mine.turns) == {ref}


def test_what_waits_for_a_matter_opened_from_it_is_not_my_turn(national):
    raw = {
        "kind": "resident", "unit": f"body:{national.bodies['YY'].pk}", "topic": "药品采购",
        "plan": "查阅台账", "planned_date": str(national.today),
    }  # fmt: skip
    one, now = national.who("one"), national.now()
    ref = desk.open(actor=one, procedure="field_activity", body="WJ", raw=raw, now=now).ref
    assert refs(today.today(one, on=national.today).mine.field_work) == {ref}
    take(national, "one", ref, "hold", held_date=str(national.today), who_went="周经办")
    take(
        national, "one", ref, "record_finding", way=["records"], looked_at="凭证", seen="缺验收单",
        result="finding", found="缺验收单", found_date=str(national.today),
    )  # fmt: skip
    card = today.today(one, on=national.today)
    assert ref in refs(card.mine.elsewhere)
    assert not card.mine.field_work


def test_whoever_left_the_post_leaves_their_work_to_the_others(national):
    ref = question(national, "one")
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    worlds.Tenure.objects.filter(person=national.people["one"]).update(until="2025-09-27")
    assert refs(today.today(national.who("two"), on=national.today).mine.turns) == {ref}


def test_a_recused_person_is_told_nothing_of_it(national):
    ref = question(national, "one")
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    desk.recuse(
        actor=national.who("head"),
        ref=ref,
        person=national.key("two"),
        reasons="曾在该单位任职",
        version=national.card("head", ref).version,
        now=national.now(),
    )
    assert ref not in repr(today.today(national.who("two"), on=national.today))


def test_what_rests_until_a_day_waits_for_nobody(national):
    now = national.now()
    asked = sources.register(
        actor=national.who("one"), key="yy-orders", table="orders", body="YY", purpose="年度采购专项",
        plan_ref="JH-2025-03", expires_date=national.today + timedelta(days=90), now=now,
    )  # fmt: skip
    head = today.today(national.who("head"), on=national.today)
    assert refs(head.mine.turns) == {asked.matter}
    sources.approve("yy-orders", actor=national.who("head"), now=now)
    for name in ("head", "one"):
        card = today.today(national.who(name), on=national.today)
        assert refs(card.mine.elsewhere) == {asked.matter}
        assert not card.mine.turns
