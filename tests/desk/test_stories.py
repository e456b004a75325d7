"""Three long stories through the public door, with the real pack and everybody it speaks of."""

from datetime import date

import pytest

from paizhu.casework import queries, rebuilding, rulebook, ticking
from paizhu.casework.models import Matter
from paizhu.engine import scenario
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.registry.models import Post, Tie
from tests import world as worlds
from tests.desk import together
from tests.desk.together import opened
from tests.world import World, sign, take

OFFICERS = ("WJ_officer", "WJ_second")
TRIERS = ("SL_office_officer", "SL_second")


@pytest.fixture
def life(db, settings):
    settings.PAIZHU_PACKS = [together.PACK]
    rulebook.forget()
    world = together.whole_world()
    office(world, "SL", "案件审理室")
    office(world, "SS", "申诉复查室")
    worlds.person(world, "WJ_second", "第二干部", ("WJ", "officer"))
    worlds.person(world, "SL_second", "第二审理人员", ("SL", "office_officer"))
    yield world
    rulebook.forget()


def office(world: World, code: str, name: str) -> None:
    """Add an office of the organ, with a head and an officer."""
    made = worlds.body(world, code, "office", name, code)
    Tie.objects.create(source=made, target=world.bodies["OR"], kind="part_of", since=together.SINCE)
    for post in ("office_head", "office_officer"):
        Post.objects.create(body=made, key=post, title_zh=post, title_en=post)
        worlds.person(world, f"{code}_{post}", f"{name}{post}", (code, post))


def seats(world: World, names: tuple[str, ...]) -> list[str]:
    return [world.key(name) for name in names]


def signed(
    world: World, ref: str, names: tuple[str, ...], by: str, action: str, **raw: object
) -> tuple[str, ...]:
    """Take an action and have it signed; give what the last signature opened."""
    receipt = take(world, by, ref, action, **raw)
    for name in names:
        receipt = sign(world, name, ref)
    return receipt.opened


def stage(world: World, name: str, ref: str) -> str:
    return world.card(name, ref).stage


def unseen(world: World, name: str, *refs: str) -> None:
    for ref in refs:
        with pytest.raises(NotFound):
            world.card(name, ref)


# --- deployment, resident check, finding, suggestion, repair, look-back --------------------------


def deployed(world: World) -> tuple[str, str]:
    ref = opened(
        world, "OR_case_office", "deployment",
        topic="高值耗材专项", category="sector", classes=["combined"], content="查出入库", term="long",
    )  # fmt: skip
    (task,) = signed(world, ref, ("OR_duty_leader",), "OR_case_office", "launch", teams=["WJ"])
    take(
        world, "WJ_head", task, "take_on",
        plan="驻点三天", related="no", seats=seats(world, ("WJ_officer",)),
    )  # fmt: skip
    return ref, task


def found(world: World) -> tuple[str, str]:
    check = opened(
        world, "WJ_officer", "field_activity",
        kind="resident", unit="YY", topic="高值耗材出入库", plan="抽查", planned_date="2026-03-09",
    )  # fmt: skip
    world.today = date(2026, 3, 9)
    take(world, "WJ_officer", check, "hold", held_date="2026-03-09", who_went="两名干部")
    (finding,) = take(
        world, "WJ_officer", check, "record_finding",
        way=["records"], looked_at="出库单四十份", seen="两份无签收", result="finding",
        found="签收缺失", found_date="2026-03-09",
    ).opened  # fmt: skip
    return check, finding


def suggested(world: World, finding: str) -> str:
    (suggestion,) = signed(
        world, finding, ("WJ_section_head", "WJ_head"), "WJ_officer", "suggest",
        problem="签收制度未执行", reasons="不是个别差错",
    )  # fmt: skip
    signed(
        world, suggestion, ("WJ_section_head", "WJ_head"), "WJ_officer", "draft",
        kind="joint", situation="制度空转", asks="双人签收", reply_until="2026-06-30",
    )  # fmt: skip
    unseen(world, "YY_liaison", finding, suggestion)
    take(
        world, "WJ_officer", suggestion, "deliver", addressee="YY", letter_text="请建立双人签收",
        letter_until="2026-06-30", delivered_date="2026-03-09",
    )  # fmt: skip
    return suggestion


def repaired(world: World, suggestion: str) -> str:
    (repair,) = signed(
        world, suggestion, ("YY_unit_head",), "YY_liaison", "adopt", adopted="全部采纳"
    )
    signed(
        world, repair, ("YY_unit_head",), "YY_liaison", "submit_plan",
        plan="修订制度 | 药剂科 | 2026-04-30",
    )  # fmt: skip
    take(world, "WJ_section_head", repair, "accept_plan", seats=seats(world, ("WJ_second",)))
    signed(
        world, repair, ("YY_unit_head",), "YY_liaison", "report_done",
        evidence="修订制度 | 院发一号文 | 2026-04-28",
    )  # fmt: skip
    return repair


def test_from_deployment_to_look_back(life):
    deployment, task = deployed(life)
    check, finding = found(life)
    suggestion = suggested(life, finding)
    assert "签收缺失" not in str(life.card("YY_liaison", suggestion))
    repair = repaired(life, suggestion)
    with pytest.raises(NotAllowed):
        take(life, "WJ_officer", repair, "verify", checked_how="看过", result="done")
    signed(
        life, repair, ("WJ_head",), "WJ_second", "verify", checked_how="抽查三十份", result="done"
    )
    with pytest.raises(NotAllowed):
        take(life, "WJ_officer", suggestion, "close")
    signed(
        life, task, ("WJ_head",), "WJ_officer", "send_up", outcome="found", looked_at=["YY"],
        method=["onsite", "file"], problems_count="1", problems="签收缺失",
    )  # fmt: skip
    take(life, "OR_case_office", task, "accept")
    life.today = date(2026, 9, 1)
    take(
        life, "WJ_officer", repair, "look_back",
        looked_date="2026-09-01", looked_at="出库单二十份", recurrence="held",
    )  # fmt: skip
    for ref in (suggestion, finding, check):
        take(life, "WJ_officer", ref, "close")
    take(
        life, "OR_case_office", deployment, "roll_up", units_seen="1", problems_seen="1",
        repaired="1", clues_found="0", summary="已整改",
    )  # fmt: skip
    take(life, "OR_duty_leader", deployment, "close")
    assert not Matter.objects.filter(is_final=False).exists()
    assert rebuilding.check().differences == ()


def test_what_happens_again_is_linked_to_the_repair(life):
    _, finding = found(life)
    repair = repaired(life, suggested(life, finding))
    signed(life, repair, ("WJ_head",), "WJ_second", "verify", checked_how="抽查", result="done")
    life.today = date(2026, 9, 1)
    take(
        life, "WJ_second", repair, "look_back",
        looked_date="2026-09-01", looked_at="出库单二十份", recurrence="again",
    )  # fmt: skip
    (again,) = signed(
        life, repair, ("WJ_head",), "WJ_officer", "follow_recurrence",
        again_what="又无签收", reasons="整改不实",
    )  # fmt: skip
    assert repair in [link.ref for link in life.card("WJ_officer", again).links]
    unseen(life, "YY_liaison", again)


def test_a_unit_tells_its_team_before_it_decides_and_learns_nothing_of_what_is_followed(life):
    ref = opened(
        life, "YY_liaison", "decision_notice", unit="YY", meeting="party_group",
        meeting_date="2026-03-09", topics="大额资金 | 购置核磁共振 | 1200万元",
    )  # fmt: skip
    unseen(life, "WJ_head", ref)
    signed(
        life, ref, ("YY_unit_head",), "YY_liaison", "give_notice",
        team="WJ", notice_date="2026-03-02", in_time="in_time",
    )  # fmt: skip
    signed(
        life, ref, ("WJ_head",), "WJ_officer", "state_opinion",
        attended="yes", assessment="疑似量身定制", opinion="object", opinion_text="建议暂缓",
    )  # fmt: skip
    assert "量身定制" not in str(life.card("YY_unit_head", ref))
    signed(
        life, ref, ("YY_unit_head",), "YY_liaison", "report_decision",
        decided="购置核磁共振 | 已通过", taken_up="not_taken", why_not="急需",
    )  # fmt: skip
    (finding,) = signed(
        life, ref, ("WJ_section_head",), "WJ_officer", "follow",
        what="未采纳暂缓意见", looked_at="会议纪要", found_date="2026-03-02",
    )  # fmt: skip
    assert stage(life, "WJ_officer", finding) == "noted"
    unseen(life, "YY_unit_head", finding)
    assert finding not in str(life.card("YY_unit_head", ref))


# --- complaint, clue, joint case, trial, decision, execution, clarification -----------------------


def complained(world: World) -> tuple[str, str]:
    ref = opened(
        world, "WJ_keeper", "complaint",
        channel="visit", origin="direct", received_date="2026-03-02", concerns="staff",
        competence="own", repeated="no", named="yes", reporter="来访人某", subject="某乙",
        unit="市第一医院", summary="某乙、某丙收受回扣",
    )  # fmt: skip
    signed(world, ref, ("WJ_head",), "WJ_keeper", "pass_to_department")
    take(world, "WJ_keeper", ref, "tell_accepted", told_date="2026-03-02", told_how="spoken")
    (clue,) = signed(
        world, ref, ("WJ_head",), "WJ_section_head", "make_clue",
        studied_date="2026-03-02", study="可查", source="petition", clue_competence="own",
        clue_number="X-1",
    )  # fmt: skip
    return ref, clue


def verified(world: World, clue: str) -> tuple[str, str]:
    """Bring the clue to a case, clearing on the way a second person who was wrongly named."""
    signed(
        world, clue, ("WJ_head",), "WJ_keeper", "hand_over",
        related="no", seats=seats(world, OFFICERS),
    )  # fmt: skip
    (verification,) = signed(
        world, clue, ("WJ_section_head", "WJ_head"), "WJ_officer", "dispose",
        disposal="verify", studied_date="2026-03-02", plan="方案", reasons="可查",
    )  # fmt: skip
    signed(
        world, verification, ("WJ_head",), "WJ_section_head", "plan_it", related="no",
        position="member", plan="方案", planned_end="2026-06-30", seats=seats(world, OFFICERS),
    )  # fmt: skip
    (clarification,) = signed(
        world, verification, ("WJ_section_head", "WJ_head"), "WJ_second", "clear_another",
        other_person="某丙", other_unit="市第一医院", other_untrue="某丙未参与评标",
    )  # fmt: skip
    (case,) = signed(
        world, verification, ("WJ_section_head", "WJ_head"), "WJ_officer", "report",
        report="情况", signed_by_all="yes", outcome="file", clears="no", reasons="有证据",
    )  # fmt: skip
    return case, clarification


def joined(world: World, case: str) -> str:
    """Work the case jointly with an office and a locality, which reads its own part only."""
    joint = opened(
        world, "WJ_officer", "joint_case",
        subject="三号案", matter_number=case, concerned="某乙", why=["cross"], form="locality",
        office="SJ", people_wanted="两人两个月", recused="yes",
    )  # fmt: skip
    unseen(world, "XC_partner_contact", joint)
    signed(
        world, joint, ("SJ_office_head",), "SJ_office_officer", "screen",
        screen="support", screen_words="建议联合",
    )  # fmt: skip
    signed(world, joint, ("OR_duty_leader",), "OR_case_office", "approve_case", form="locality")
    take(
        world, "SJ_office_head", joint, "set_up", members=["XC"], end_date="2026-06-30",
        authority="县纪委干部 | 查询 | 2026-06-30", secrecy="yes",
    )  # fmt: skip
    signed(
        world, joint, ("SJ_office_head", "OR_duty_leader"), "SJ_office_officer", "plan",
        questions="回扣去向", evidence="流水", division="县纪委查询", safety="预案",
    )  # fmt: skip
    card = world.card("XC_partner_contact", joint)
    assert "division" in {field.field for field in card.fields}
    assert "某乙" not in str(card)
    unseen(world, "XC_partner_contact", case)
    signed(
        world, joint, ("SJ_office_head", "OR_duty_leader"), "SJ_office_officer", "finish",
        disposal="trial", report_text="已查清",
    )  # fmt: skip
    take(world, "WJ_officer", joint, "hand_over", handed_over="已移交", credit="县纪委 | 三成")
    take(world, "OR_case_office", joint, "review_case", review="无返工")
    return joint


def to_trial(world: World, case: str) -> str:
    signed(
        world, case, ("WJ_head",), "WJ_section_head", "file",
        related="no", kind="duty", authority="own", seats=seats(world, OFFICERS),
    )  # fmt: skip
    joined(world, case)
    take(
        world, "WJ_officer", case, "announce", announced_date="2026-03-02", two_people="yes",
        told_unit="YY", notice_text="立案通知",
    )  # fmt: skip
    take(
        world, "WJ_officer", case, "show_facts",
        shown_date="2026-03-02", facts_text="收受十万元", defense="无异议",
    )  # fmt: skip
    (trial,) = signed(
        world, case, ("WJ_section_head", "WJ_head"), "WJ_officer", "send_to_trial",
        trial_office="SL", transferred_date="2026-03-02", report="审查调查报告",
    )  # fmt: skip
    return trial


def tried(world: World, trial: str) -> None:
    take(
        world, "SL_office_head", trial, "accept",
        accepted_date="2026-03-02", examined="no", seats=seats(world, TRIERS),
    )  # fmt: skip
    signed(
        world, trial, ("SL_office_head", "OR_duty_leader"), "SL_office_officer", "report",
        group_opinion="一致", report="审理报告", asked_unit="yes",
    )  # fmt: skip


def decided(world: World, case: str) -> str:
    signed(
        world, case, ("WJ_head",), "WJ_section_head", "take_result",
        proposed="removal", trial_summary="建议撤销党内职务",
    )  # fmt: skip
    (group,) = signed(world, case, ("WJ_head",), "WJ_section_head", "put_to_party_group")
    unseen(world, "YY_unit_head", group)
    signed(
        world, group, ("WJ_head",), "WJ_section_head", "send_proposal",
        party_group="YY", proposal_text="建议撤销党内职务", sent_date="2026-03-02",
    )  # fmt: skip
    take(
        world, "YY_unit_head", group, "answer",
        meeting_date="2026-03-02", discussed="yes", agreed="agree", minutes="一致同意",
    )  # fmt: skip
    (execution,) = signed(
        world, group, ("WJ_head",), "WJ_section_head", "decide",
        kind="removal", gov="demotion", decision_date="2026-03-02",
    )  # fmt: skip
    return execution


def executed(world: World, execution: str) -> None:
    take(world, "WJ_officer", execution, "send_notice", executing="YY", notice_text="请执行")
    signed(
        world, execution, ("YY_unit_head",), "YY_liaison", "announce",
        announced_date="2026-03-02", announced_to="支部党员大会",
    )  # fmt: skip
    take(
        world, "YY_liaison", execution, "complete_formalities",
        formal_date="2026-03-02", formal_what="已调整",
    )  # fmt: skip
    signed(world, execution, ("YY_unit_head",), "YY_liaison", "report_execution", report="已执行")
    take(
        world, "WJ_officer", execution, "look_at_report",
        accepted="complete", effect_until="2028-03-02",
    )  # fmt: skip


def cleared(world: World, clarification: str) -> None:
    signed(
        world, clarification, ("WJ_section_head", "WJ_head"), "WJ_officer", "propose",
        ruled_out="yes", heard="希望在院内通报", way="group", reasons="影响提任",
    )  # fmt: skip
    take(
        world, "WJ_officer", clarification, "tell_unit",
        addressee="YY", letter_text="反映某丙的问题不属实", done_date="2026-03-02",
    )  # fmt: skip
    take(world, "YY_unit_head", clarification, "confirm", spread_date="2026-03-02")


def concluded(world: World, complaint: str, clue: str) -> None:
    signed(
        world, clue, ("WJ_section_head", "WJ_head"), "WJ_officer", "conclude",
        outcome="file", reasons="已立案",
    )  # fmt: skip
    take(world, "WJ_officer", clue, "give_feedback", told_date="2026-03-02")
    signed(
        world, complaint, ("WJ_head",), "WJ_keeper", "conclude",
        result="proven", answered_by="handler",
    )  # fmt: skip


def test_from_complaint_to_execution_and_clarification(life):
    complaint, clue = complained(life)
    case, clarification = verified(life, clue)
    trial = to_trial(life, case)
    # Whoever examined or signed there knows nothing of the trial, nor may anybody seat them.
    for name in (*OFFICERS, "WJ_section_head", "WJ_head"):
        unseen(life, name, trial)
    with pytest.raises(Invalid):
        take(
            life, "SL_office_head", trial, "accept", accepted_date="2026-03-02", examined="no",
            seats=seats(life, ("WJ_officer", "SL_second")),
        )  # fmt: skip
    tried(life, trial)
    execution = decided(life, case)
    executed(life, execution)
    signed(life, case, ("WJ_head",), "WJ_section_head", "close", decided="撤销党内职务")
    cleared(life, clarification)
    concluded(life, complaint, clue)
    assert not Matter.objects.filter(is_final=False).exists()
    assert rebuilding.check().differences == ()


def test_an_appeal_is_handled_by_nobody_who_examined_or_tried(life):
    _, clue = complained(life)
    case, _ = verified(life, clue)
    trial = to_trial(life, case)
    tried(life, trial)
    take(
        life, "OR_case_office", trial, "take_appeal",
        appeal_office="SS", appeal_grounds="量纪过重",
    )  # fmt: skip
    appeal = Matter.objects.get(procedure="appeal").ref
    assert stage(life, "SS_office_head", appeal) == "received"
    for name in (*OFFICERS, *TRIERS):
        unseen(life, name, appeal)
    # 监督执纪工作规则 第五十九条 keeps out who examined and tried; the leader who signed decides.
    assert stage(life, "OR_duty_leader", appeal) == "received"


def test_who_reported_is_read_by_intake_and_by_whom_a_third_post_lets_in(life):
    complaint, clue = complained(life)
    readers = [n for n in life.people if "来访人某" in seen(life, n, complaint)]
    assert readers == ["WJ_keeper"]
    for name in life.people:
        assert "来访人某" not in seen(life, name, clue)
    signed(
        life, complaint, ("WJ_self_supervision",), "WJ_section_head", "release_identity",
        release_reasons="须当面核实", seats=seats(life, ("WJ_second",)),
    )  # fmt: skip
    readers = [n for n in life.people if "来访人某" in seen(life, n, complaint)]
    assert readers == ["WJ_keeper", "WJ_second"]


def seen(world: World, name: str, ref: str) -> str:
    try:
        return str(world.card(name, ref))
    except NotFound:
        return ""


def test_an_admonition_ends_by_rule_after_six_months(life):
    ref = opened(
        life, "WJ_officer", "first_form", subject="某乙", unit="市第一医院", facts="两次未签收"
    )
    signed(
        life, ref, ("WJ_section_head", "WJ_head"), "WJ_officer", "propose",
        rank="staff", measure="admonition", reasons="两次",
    )  # fmt: skip
    take(life, "WJ_head", ref, "carry_out", done_date="2026-03-02", done_by="组长", stated="接受")
    life.today = date(2026, 9, 2)
    ticking.tick(life.now())
    assert stage(life, "WJ_officer", ref) == "in_effect"
    life.today = date(2026, 9, 3)
    ticking.tick(life.now())
    assert stage(life, "WJ_officer", ref) == "done"


# --- consultation, tasks, overdue, report upward, guidance ----------------------------------------


def conferred(world: World) -> tuple[str, str, str]:
    ref = opened(world, "WJ_officer", "consultation", period="2026年上半年", hold_by="2026-06-30")
    signed(
        world, ref, ("WJ_head",), "WJ_officer", "set_agenda",
        unit="YY", linking="与审计贯通", open_repairs="2", late_repairs="1", repairs_view="系统改造",
        new_risks="外送检测", complaints="12", complaints_before="9", complaints_repeat="2",
        complaints_fields="采购 | 7", duty_lists="已报",
    )  # fmt: skip
    take(world, "YY_liaison", ref, "add_topics", unit_topics="招标代理")
    take(
        world, "WJ_officer", ref, "hold", held_on="2026-03-02", present="双方", views="一致",
        internal="单位准备不足", team_tasks="核查外送检测 | 组长 | 2026-05-29",
        unit_tasks="完成系统改造 | 信息科 | 2026-05-29",
    )  # fmt: skip
    ours, theirs = signed(world, ref, ("YY_unit_head", "WJ_head"), "WJ_officer", "sign_minutes")
    assert "准备不足" not in str(world.card("YY_unit_head", ref))
    return ref, ours, theirs


def reported_upward(world: World) -> None:
    ref = opened(
        world, "WJ_officer", "official_report",
        kind="special", subject="会商事项逾期", has_request="no", schedule="2026-06-05",
    )  # fmt: skip
    signed(world, ref, ("WJ_head",), "WJ_officer", "send", text="系统改造逾期")
    take(world, "OR_case_office", ref, "receive", remarks="请监督检查室指导")


def guided(world: World) -> None:
    ref = opened(
        world, "SJ_office_officer", "guidance_note",
        subject="医院信息系统改造", **{"class": "combined"}, field="health", why="多家逾期",
        note_text="分期验收", important="no",
    )  # fmt: skip
    (receipt,) = signed(world, ref, ("SJ_office_head",), "SJ_office_officer", "issue", teams=["WJ"])
    signed(world, receipt, ("WJ_head",), "WJ_officer", "answer", fits="fully", use="按期验收")
    signed(world, ref, ("SJ_office_head",), "SJ_office_officer", "close", effect="已落实")


def test_from_consultation_to_guidance(life):
    consultation, ours, theirs = conferred(life)
    take(life, "WJ_head", ours, "report", result="已核查")
    take(life, "WJ_officer", ours, "confirm")
    life.today = date(2026, 6, 1)
    ticking.tick(life.now())
    clocks = {clock.clock: clock.status for clock in life.card("WJ_officer", theirs).clocks}
    assert clocks["progress"] in ("late", "missed")
    with pytest.raises(NotAllowed):
        signed(life, consultation, (), "WJ_officer", "close", upward="已报告")
    reported_upward(life)
    guided(life)
    take(life, "YY_unit_head", theirs, "report", result="已改造")
    take(life, "WJ_officer", theirs, "confirm")
    signed(life, consultation, ("WJ_head",), "WJ_officer", "close", upward="已专题报告")
    of_story = ("consultation", "decision_task", "official_report", "guidance_note", "guidance_receipt")
    mine = Matter.objects.filter(procedure__in=of_story, source="")
    assert not mine.filter(is_final=False).exists()
    assert rebuilding.check().differences == ()


# --- numbers only ---------------------------------------------------------------------------------


@pytest.fixture
def counted(db, settings):
    settings.PAIZHU_PACKS = [together.PACK, together.PACK.parent / "numbers-only"]
    rulebook.forget()
    yield together.whole_world()
    rulebook.forget()


def test_where_only_numbers_are_kept_no_complaint_can_be_entered_with_its_text(counted):
    with pytest.raises(NotAllowed):
        complained(counted)
    mine = queries.openable(counted.who("WJ_keeper"), on=counted.today)
    assert "complaint" not in {one.procedure for one in mine}
    ref = opened(
        counted, "WJ_keeper", "complaint_count", intake_number="N-1", channel="letter",
        received_date="2026-03-02", about_head="no", origin="direct", competence="own",
        named="no", repeated="no",
    )  # fmt: skip
    assert scenario.run_all(rulebook.current(), only=["complaint"])[1] == []
    kinds = {field.type for field in counted.card("WJ_keeper", ref).fields}
    assert kinds <= {"code", "choice", "date", "yesno"}
