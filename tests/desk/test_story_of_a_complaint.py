"""From a complaint to the execution of a decision, and what was not true put right."""

from datetime import date

import pytest

from paizhu.casework import rebuilding, ticking
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotFound
from tests.desk.stories import OFFICERS, TRIERS, complained, seats, signed, stage, unseen
from tests.desk.together import opened
from tests.world import World, take

# --- complaint, clue, joint case, trial, decision, execution, clarification -----------------------


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
