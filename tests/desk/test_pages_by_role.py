"""What the pages by role count and list: within rights, by shape, and never by person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from paizhu.casework import (
    board,
    counted,
    nextsteps,
    overview,
    rulebook,
    unitfile,
)
from paizhu.registry.around import around
from tests import world as worlds
from tests.desk.unit_work import body, duty, field_activity, question, question_to_be_signed
from tests.world import inquiry, sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


# --- the board ------------------------------------------------------------------------------------


def test_the_board_counts_by_stage_and_by_hand(world):
    inquiry(world, "triage")
    inquiry(world, "registered")
    found = board.board(world.who("head"), body(world, "WJ"), on=world.today)
    lines = {line.stage: line for group in found.groups for line in group.items}
    names = [member.name.zh for member in found.columns]
    assert found.total == 2
    assert (lines["triage"].total, lines["registered"].total) == (1, 1)
    by_name = dict(zip(names, lines["triage"].hands, strict=False))
    assert by_name["周经办"] == by_name["吴经办"] == 1
    assert dict(zip(names, lines["registered"].hands, strict=False))["钱案管"] == 1
    load = {member.name.zh: member.open for member in found.members}
    assert load["李组长"] == 0, "signing is not having it in hand"
    assert load["周经办"] == 1


def test_the_board_counts_only_what_its_reader_may_know(world):
    inquiry(world, "triage")
    assert board.board(world.who("three"), body(world, "WJ"), on=world.today).total == 0
    assert board.board(world.who("other_head"), body(world, "WJ"), on=world.today).total == 0


def test_late_and_soon_late_stand_on_the_board(world):
    ref = inquiry(world, "triage").ref
    soon = board.board(world.who("head"), body(world, "WJ"), on=world.today + timedelta(days=20))
    assert [chip.ref for chip in soon.soon] == [ref]
    late = board.board(world.who("head"), body(world, "WJ"), on=world.today + timedelta(days=90))
    assert [chip.ref for chip in late.late] == [ref]
    assert late.late_matters == 1
    assert all(member.late in (0, 1) for member in late.members)


def test_what_nobody_has_in_hand_stands_in_the_last_column(world, national):
    ref = question(national, "one")
    worlds.Tenure.objects.filter(person=national.people["one"]).update(until="2025-09-27")
    found = board.board(national.who("head"), body(national, "WJ"), on=national.today)
    (line,) = [line for group in found.groups for line in group.items]
    assert line.hands[-1] == 1
    assert ref
    assert not found.more


# --- many bodies ----------------------------------------------------------------------------------


def test_units_are_counted_within_rights(national):
    question(national)
    field_activity(national)
    unit = body(national, "YY")
    later = national.today + timedelta(days=60)
    numbers = overview.unit_numbers(national.who("leader"), [unit], on=later)[unit]
    assert (numbers.open, numbers.late, numbers.repairs, numbers.looks) == (2, 1, 0, 1)
    assert numbers.last_look == national.today
    stranger = overview.unit_numbers(national.who("other_head"), [unit], on=later)[unit]
    assert stranger == overview.UnitNumbers()


def test_counts_by_body_and_stage_hold_the_lateness(national):
    question(national)
    later = national.today + timedelta(days=60)
    (found,) = overview.counts(national.who("leader"), {"question"}, on=later)
    summed = found.by_body[body(national, "WJ")]
    assert (summed.open, summed.closed, summed.late) == (1, 0, 1)
    assert [number for _, _, number in summed.stages] == [1]
    teams = [body(national, "WJ"), body(national, "JY")]
    assert overview.open_by_body(national.who("leader"), teams, on=later) == {
        teams[0]: (1, 1),
        teams[1]: (0, 0),
    }
    assert overview.counts(national.who("other_head"), {"question"}, on=later) == []


def test_bodies_are_counted_no_further_than_is_shown_and_in_parts(national, monkeypatch):
    """However many matters there are: the last registered, some bodies in each statement."""
    for _ in range(3):
        question(national)
    team, other, unit = (body(national, code) for code in ("WJ", "JY", "YY"))
    who, later = national.who("leader"), national.today + timedelta(days=60)
    monkeypatch.setattr(overview, "AT_ONCE", 1)
    assert overview.open_by_body(who, [team, other], on=later) == {team: (3, 3), other: (0, 0)}
    monkeypatch.setattr(overview, "MOST", 2)
    assert overview.open_by_body(who, [team, other], on=later) == {team: (2, 2), other: (0, 0)}
    assert overview.unit_numbers(who, [unit, team], on=later)[unit].open == 2


def test_several_bodies_are_asked_for_in_one_question_or_arm_by_arm():
    one = "(SELECT m.id FROM m WHERE m.body_id = {body} AND {known}) AS of_body"
    arms, given = overview.EACH["sqlite"](one, "id IN (%s)", [3, 4], ["who"])
    assert (arms.count("UNION ALL"), "body_id = 3" in arms, given) == (1, True, ["who", "who"])
    once, given = overview.EACH["postgresql"](one, "id IN (%s)", [3, 4], ["who"])
    assert ("UNION" in once, "body_id = b.id" in once) == (False, True)
    assert (once.count("%s"), given) == (2, [[3, 4], "who"])


def test_parts_are_the_same_whichever_way_they_are_found(national, monkeypatch):
    asked, unit = question(national), body(national, "YY")
    found = counted.parts_of(national.who("head"), [unit], most=5)
    monkeypatch.setattr(counted, "WALKED", 0)
    assert counted.parts_of(national.who("head"), [unit], most=5) == found
    assert asked in {ref for _, _, ref, _ in found}


def test_hand_overs_are_known_by_their_shape(national):
    assert "transfer_out" in overview.hand_overs()
    assert "question" not in overview.hand_overs()


# --- a unit ---------------------------------------------------------------------------------------


def test_the_file_of_a_unit_holds_what_its_reader_may_know(national):
    asked, looked = question(national), field_activity(national)
    unit = body(national, "YY")
    found = unitfile.unit_file(national.who("head"), unit, on=national.today)
    assert {row.ref for row in found.open} == {asked, looked}
    assert [look.year for look in found.looks] == [1]
    assert {line.ref for line in found.course} == {asked, looked}
    liaison = unitfile.unit_file(national.who("liaison"), unit, on=national.today)
    assert {row.ref for row in liaison.open} == {asked}
    assert unitfile.unit_file(national.who("other_head"), unit, on=national.today).open_total == 0


def test_a_closed_matter_stands_with_its_end_in_the_course(national):
    ref = question(national)
    take(national, "one", ref, "withdraw_question", withdrawn_because="问错单位")
    sign(national, "section_head", ref)
    found = unitfile.unit_file(national.who("head"), body(national, "YY"), on=national.today)
    assert [row.ref for row in found.closed] == [ref]
    assert [line.is_end for line in found.course] == [True, False]


def test_a_post_is_shown_with_its_holders_and_nothing_they_did(world):
    (post,) = unitfile.posts_of(body(world, "YY"), on=world.today, key="liaison", all_times=True)
    assert [holder.name.zh for holder in post.holders] == ["冯联络"]
    assert set(post.holders[0].__slots__) == {"name", "since", "until"}
    worlds.Tenure.objects.filter(person=world.people["liaison"]).update(until="2025-01-01")
    now = {p.key: p.holders for p in unitfile.posts_of(body(world, "YY"), on=world.today)}
    assert now["liaison"] == ()


# --- what is around -------------------------------------------------------------------------------


def test_a_team_has_its_units_and_an_organ_all_teams(world):
    on = world.today
    head, leader, liaison = (around(world.who(n), on=on) for n in ("head", "leader", "liaison"))
    assert [team.code for team in head.teams] == ["WJ"]
    assert head.unit("YY") is not None
    assert not head.organs
    assert [team.code for team in leader.teams] == ["JY", "WJ"]
    assert leader.organs == {body(world, "OR")}
    assert [unit.code for unit in liaison.own_units] == ["YY"]
    assert liaison.teams == ()
    assert [team.code for team in leader.teams_of(body(world, "YY"))] == ["WJ"]
    assert around(world.who("other_head"), on=on).unit("YY") is None


def test_an_office_stands_where_its_organ_stands(world):
    made = worlds.body(world, "JD1", "office", "第一监督检查室", "First office")
    worlds.Post.objects.create(body=made, key="office_head", title_zh="主任", title_en="Director")
    tie = {"source": made, "target": world.bodies["OR"], "kind": "part_of"}
    worlds.Tie.objects.create(**tie, since=date(2024, 1, 1))
    worlds.person(world, "office", "室主任", ("JD1", "office_head"))
    assert [team.code for team in around(world.who("office"), on=world.today).teams] == ["JY", "WJ"]


# --- the unit's one page --------------------------------------------------------------------------


def test_the_unit_is_told_what_is_asked_by_when_and_what_then(national):
    ref = question(national)
    page = nextsteps.host_page(national.who("liaison"), on=national.today)
    (step,) = page.steps
    assert step.row.ref == ref
    assert step.asked_by.zh == "驻卫健委纪检监察组"
    assert step.clock.due_date is not None
    assert step.buttons[0].action == "answer"
    told = {field.field: field.shown.zh for field in step.told}
    assert told["asks"] == "请说明拆分采购的原因"
    assert told["unit"] == "市第一医院"
    assert not {field.level for field in step.told} - {"normal"}
    assert step.after.zh == "已答复"
    assert step.then
    assert not step.is_to_be_signed, "only where the team asked for the head's signature"
    assert not page.elsewhere
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    after = nextsteps.host_page(national.who("liaison"), on=national.today)
    assert not any(one.row.ref == ref and one.buttons[0].proposal == 0 for one in after.steps)
    assert ref in {row.ref for row in (*after.elsewhere, *(s.row for s in after.steps))}


def test_what_the_head_of_the_unit_must_sign_comes_as_a_step(national):
    ref = question_to_be_signed(national)
    (before,) = nextsteps.host_page(national.who("liaison"), on=national.today).steps
    assert before.is_to_be_signed
    assert [role.zh for role in before.then] == ["单位党组织主要负责人"]
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    (step,) = nextsteps.host_page(national.who("unit_head"), on=national.today).steps
    assert step.buttons[0].proposal
    assert step.after is not None


def test_a_step_that_moves_nothing_on_says_nothing_of_after(world):
    ref = inquiry(world, "in_work").ref
    take(world, "one", ref, "prolong", reasons="需要核对")
    steps = nextsteps.host_page(world.who("head"), on=world.today).steps
    (step,) = [one for one in steps if one.row.ref == ref]
    assert (step.after, step.then) == (None, ())
    assert step.buttons[0].proposal


def test_the_units_own_records_are_told_from_what_others_have(national):
    ref = duty(national)
    page = nextsteps.host_page(national.who("liaison"), on=national.today)
    (step,) = page.steps
    assert (step.row.ref, step.asked_by, step.is_to_be_signed) == (ref, None, True)
    take(national, "liaison", ref, "submit", branches="一支部 | 学习 | 张三", summary="小结")
    page = nextsteps.host_page(national.who("liaison"), on=national.today)
    assert [row.ref for row in page.own] == [ref]
    assert page.elsewhere == ()


def test_closed_matters_of_the_unit_are_listed(national):
    ref = question(national)
    take(national, "one", ref, "withdraw_question", withdrawn_because="问错单位")
    sign(national, "section_head", ref)
    page = nextsteps.host_page(national.who("liaison"), on=national.today)
    assert [row.ref for row in page.closed] == [ref]
    assert page.steps == ()
