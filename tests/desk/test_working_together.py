"""The national pack at work between bodies: a deployment, a joint case, a consultation, duties."""

import json
from datetime import date, timedelta

import pytest

from paizhu.casework import queries, rebuilding, ticking
from paizhu.casework.models import Matter
from paizhu.engine import words
from paizhu.kernel.errors import NotAllowed, NotFound
from tests.desk import together
from tests.desk.together import TEAMS, opened
from tests.world import sign, take


@pytest.fixture
def world(db, settings):
    settings.PAIZHU_PACKS = [together.PACK]
    return together.whole_world()


def propose(world, name, ref, action, *signers, **raw):
    """Take an action and have it signed in order; give the last receipt."""
    receipt = take(world, name, ref, action, **raw)
    for signer in signers:
        receipt = sign(world, signer, ref)
    return receipt


def body_of(ref):
    return Matter.objects.select_related("body").get(ref=ref).body.code


# --- a deployment in six teams ------------------------------------------------------------------


def deployment(world):
    ref = opened(
        world, "OR_case_office", "deployment", topic="医用耗材采购专项检查", category="sector",
        classes=["single"], office="SJ", content="核对耗材采购与付款", term="usual",
    )  # fmt: skip
    receipt = propose(world, "OR_case_office", ref, "launch", "OR_duty_leader", teams=list(TEAMS))
    return ref, {body_of(child): child for child in receipt.opened}


def finish_task(world, team, ref):
    seats = [world.key(f"{team}_officer")]
    take(world, f"{team}_head", ref, "take_on", plan="抽查", related="no", seats=seats)
    propose(
        world, f"{team}_officer", ref, "send_up", f"{team}_head", outcome="none",
        looked_at=["YY"] if team == "WJ" else [team], method=["onsite"], none_reasons="未见异常",
    )  # fmt: skip
    take(world, "OR_case_office", ref, "accept")


def roll_up(world, ref):
    return take(
        world, "OR_case_office", ref, "roll_up", units_seen=5, problems_seen=0, repaired=0,
        clues_found=0, summary="各组均已报送",
    )  # fmt: skip


def test_a_deployment_opens_a_task_in_each_of_six_teams_and_closes_with_the_last(world):
    ref, tasks = deployment(world)
    assert set(tasks) == set(TEAMS)
    for team in list(TEAMS)[:-1]:
        finish_task(world, team, tasks[team])
    with pytest.raises(NotAllowed) as refused:
        roll_up(world, ref)
    assert refused.value.say == words.CHILDREN_OPEN
    propose(
        world, "OR_case_office", ref, "excuse", "OR_duty_leader",
        excused=tasks["SW"], reasons="机构改革",
    )  # fmt: skip
    roll_up(world, ref)
    take(world, "OR_duty_leader", ref, "close")
    assert world.card("OR_duty_leader", ref).final
    assert rebuilding.check().differences == ()


def test_a_team_sees_its_own_task_and_neither_a_sister_s_nor_the_deployment(world):
    ref, tasks = deployment(world)
    assert world.card("JY_head", tasks["JY"]).stage == "assigned"
    for hidden in (tasks["WJ"], ref):
        with pytest.raises(NotFound):
            world.card("JY_head", hidden)


def test_a_task_nobody_takes_on_is_late_and_the_head_is_told(world):
    _, tasks = deployment(world)
    world.today = date(2026, 3, 6)
    ticking.tick(world.now())
    card = world.card("WJ_head", tasks["WJ"])
    assert {clock.clock: clock.status for clock in card.clocks}["take_on"] == "late"
    told = queries.desk_page(world.who("WJ_head"), on=world.today).notices
    assert tasks["WJ"] in [notice.ref for notice in told]


# --- a joint case of office, team and locality ---------------------------------------------------


def joint_case(world):
    """Bring a joint case to its running stage."""
    ref = opened(
        world, "WJ_officer", "joint_case", subject="三月案", matter_number="XS-WJ-2026-003",
        concerned="某甲", why=["complex", "cross"], form="locality", office="SJ",
        people_wanted="县里两人三个月", recused="yes",
    )  # fmt: skip
    propose(
        world, "SJ_office_officer", ref, "screen", "SJ_office_head",
        screen="support", screen_words="跨区",
    )  # fmt: skip
    propose(world, "OR_case_office", ref, "approve_case", "OR_duty_leader", form="locality")
    take(
        world, "SJ_office_head", ref, "set_up", members=["XC", "YB"], end_date="2026-04-30",
        authority="某乙|参加谈话|2026-04-30", secrecy="yes",
    )  # fmt: skip
    propose(
        world, "SJ_office_officer", ref, "plan", "SJ_office_head", "OR_duty_leader",
        questions="资金去向", evidence="账册", division="县里查账", safety="专人值守",
    )  # fmt: skip
    return ref


def test_the_locality_reads_what_its_part_needs_and_only_until_its_end_date(world):
    ref = joint_case(world)
    seen = {field.field for field in world.card("XC_partner_contact", ref).fields}
    assert seen == {
        "subject",
        "form",
        "members",
        "end_date",
        "authority",
        "secrecy",
        "division",
        "safety",
    }
    assert "minutes" not in seen
    with pytest.raises(NotFound):
        world.card("KJ_officer", ref)
    world.today = date(2026, 5, 6)
    with pytest.raises(NotFound):
        world.card("XC_partner_contact", ref)
    world.today = date(2026, 4, 29)
    propose(
        world, "SJ_office_head", ref, "prolong", "OR_duty_leader", members=["XC"],
        end_date="2026-06-30", authority="某乙|查账|2026-06-30", reasons="证据未齐",
    )  # fmt: skip
    world.today = date(2026, 5, 6)
    assert world.card("XC_partner_contact", ref).stage == "running"
    with pytest.raises(NotFound):
        world.card("YB_officer", ref)


def test_a_decision_of_the_joint_case_is_a_task_that_must_end_before_the_case(world):
    ref = joint_case(world)
    (task,) = take(
        world, "WJ_officer", ref, "confer", minutes="研究证据", decisions="调取流水|丙|2026-04-10"
    ).opened
    assert body_of(task) == "SJ"
    with pytest.raises(NotAllowed):
        take(world, "SJ_office_officer", ref, "finish", disposal="trial", report_text="略")
    take(world, "SJ_office_head", task, "report", result="已调取")
    take(world, "WJ_officer", task, "confirm")
    propose(
        world, "SJ_office_officer", ref, "finish", "SJ_office_head", "OR_duty_leader",
        disposal="trial", report_text="事实清楚",
    )  # fmt: skip
    take(
        world, "WJ_officer", ref, "hand_over", handed_over="借用数据已销毁",
        credit="第二监督检查室|五成\n驻卫健委组|五成",
    )  # fmt: skip
    take(world, "OR_case_office", ref, "review_case", review="用时两月")
    assert world.card("OR_duty_leader", ref).final
    assert rebuilding.check().differences == ()


# --- a consultation with the host ----------------------------------------------------------------

AGENDA = {
    "unit": "YY", "linking": "审计移交两件", "open_repairs": 3, "late_repairs": 1,
    "repairs_view": "资金", "new_risks": "互联网医院", "complaints": 35, "complaints_before": 30,
    "complaints_repeat": 6, "complaints_fields": "采购|12", "duty_lists": "已报",
}  # fmt: skip


def consultation(world):
    """Hold a consultation and sign its minutes; give it and the tasks it opened."""
    ref = opened(world, "WJ_officer", "consultation", period="2026H1", hold_by="2026-06-30")
    propose(world, "WJ_officer", ref, "set_agenda", "WJ_head", **AGENDA)
    take(
        world, "WJ_officer", ref, "hold", held_on="2026-03-02", present="双方班子", views="一致",
        internal="单位重视不够", team_tasks="专题调研|副组长|2026-07-31",
        unit_tasks="完善议价制度|采购办|2026-08-31\n清理库存|药学部|2026-07-31",
    )  # fmt: skip
    return ref, propose(world, "WJ_officer", ref, "sign_minutes", "YY_unit_head", "WJ_head").opened


def test_minutes_signed_by_both_heads_become_tasks_of_team_and_unit(world):
    ref, tasks = consultation(world)
    assert sorted(map(body_of, tasks)) == ["WJ", "YY", "YY"]
    unit_task = next(task for task in tasks if body_of(task) == "YY")
    assert world.card("YY_liaison", unit_task).stage == "open"
    assert world.card("WJ_officer", unit_task).stage == "open"
    take(world, "YY_unit_head", unit_task, "report", result="已印发")
    take(world, "WJ_officer", unit_task, "confirm")
    with pytest.raises(NotAllowed):
        take(world, "WJ_officer", ref, "close", upward="已专报")


def test_the_unit_reads_the_topics_and_not_what_the_team_thinks_of_it(world):
    ref, _ = consultation(world)
    seen = {field.field for field in world.card("YY_liaison", ref).fields}
    assert "linking" in seen
    assert "internal" not in seen
    assert "internal" in {field.field for field in world.card("WJ_head", ref).fields}


def test_a_unit_s_comments_go_past_the_team(world):
    ref = opened(
        world, "YY_unit_head", "host_comments", organ="OR", period="2026Q1", duty_mark="good",
        conduct_mark="fair", strengths="敢于提醒", wishes="检查频次偏多", conduct_problem="no",
    )  # fmt: skip
    assert world.card("OR_case_office", ref).stage == "sent"
    with pytest.raises(NotFound):
        world.card("WJ_head", ref)
    propose(
        world, "OR_case_office", ref, "answer", "OR_duty_leader",
        assessment="属实", answer="将统筹检查",
    )  # fmt: skip
    propose(
        world, "OR_case_office", ref, "pass_on", "OR_duty_leader",
        team="WJ", passed_on="统筹检查频次",
    )  # fmt: skip
    seen = {field.field for field in world.card("WJ_head", ref).fields}
    assert seen == {"team", "passed_on"}


def test_people_are_lent_with_the_consent_of_their_own_team(world):
    ref = opened(
        world, "WJ_officer", "support_request", kind="people", urgent="no", office="SJ",
        subject="借审计人员", need="查账", people="审计|2026-03-09|2026-03-31", case_count="yes",
    )  # fmt: skip
    propose(world, "WJ_officer", ref, "ask", "WJ_head")
    take(
        world, "SJ_office_officer", ref, "nominate", home_team="CZ", lent_until="2026-03-31",
        lent="某丁|2026-03-09|2026-03-31",
    )  # fmt: skip
    with pytest.raises(NotFound):
        take(world, "KJ_head", ref, "consent")
    take(world, "CZ_head", ref, "consent")
    propose(world, "SJ_office_head", ref, "lend", "OR_duty_leader")
    assert world.card("WJ_head", ref).stage == "lent_out"
    seen = {field.field for field in world.card("CZ_head", ref).fields}
    assert "need" not in seen


def test_an_office_guides_teams_and_its_organ_signs_for_it(world):
    ref = opened(
        world, "SJ_office_officer", "guidance_note", subject="采购监督要点", **{"class": "single"},
        field="health", why="共性问题", note_text="重点看三项", important="yes",
    )  # fmt: skip
    children = propose(
        world, "SJ_office_officer", ref, "issue", "SJ_office_head", "OR_duty_leader",
        teams=["WJ", "JY"],
    ).opened  # fmt: skip
    assert sorted(map(body_of, children)) == ["JY", "WJ"]
    mine = next(child for child in children if body_of(child) == "WJ")
    propose(world, "WJ_officer", mine, "answer", "WJ_head", fits="fully", use="纳入计划")
    with pytest.raises(NotAllowed):
        take(world, "SJ_office_officer", ref, "close", effect="已反馈")


def test_what_the_auditors_hand_in_becomes_a_clue_and_is_answered(world):
    ref = opened(
        world, "WJ_keeper", "transfer_in", source_kind="audit", sender="SJJ",
        received_date="2026-03-02", what_kind="clue", subject_matter="重复付款",
    )  # fmt: skip
    take(world, "WJ_keeper", ref, "sign_for")
    receipt = propose(
        world, "WJ_officer", ref, "make_clue", "WJ_head", opinion="可查", clue_source="handed_over",
        concerns="staff", competence="own", named="no", subject="某甲", unit="YY", summary="重复付款",
    )  # fmt: skip
    assert [Matter.objects.get(ref=child).procedure for child in receipt.opened] == ["clue"]
    (answer,) = propose(
        world, "WJ_section_head", ref, "answer_sender", "WJ_head", answer_to="SJJ",
        feedback_subject="重复付款", told="已作为线索办理",
    ).opened  # fmt: skip
    propose(world, "WJ_keeper", answer, "send", "WJ_head")
    take(world, "SJJ_partner_contact", answer, "sign_for")
    assert world.card("WJ_keeper", answer).final
    seen = {field.field for field in world.card("SJJ_partner_contact", ref).fields}
    assert "opinion" not in seen
    assert rebuilding.check().differences == ()


# --- duties -------------------------------------------------------------------------------------


def test_a_year_of_ticks_opens_every_duty_of_every_team_once(world):
    day = date(2026, 1, 2)
    while day < date(2027, 1, 1):
        world.today = day
        ticking.tick(world.now())
        day += timedelta(days=9)
    sources = Matter.objects.filter(source__startswith="duty:", source__contains=":WJ:2026")
    found = sorted(source.split(":")[1] for source in sources.values_list("source", flat=True))
    assert found == sorted(
        ["half-yearly-consultation"] * 2
        + ["quarterly-intake-feedback"] * 4
        + ["monthly-clue-reconciliation"] * 12
        + ["yearly-self-check", "yearly-secrets-review"]
    )
    kept = Matter.objects.filter(pk__in=sources.values("pk")).values_list("listed", flat=True)
    told = {value for listed in kept for _, value in json.loads(listed)}
    assert {"2026年上半年", "2026年第四季度", "2026年11月", "2026年"} <= told
