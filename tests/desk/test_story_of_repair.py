"""From a deployment by a check, a finding and a suggestion to the repair and the look back."""

from datetime import date

import pytest

from paizhu.casework import rebuilding
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotAllowed
from tests.desk.stories import seats, signed, stage, unseen
from tests.desk.together import opened
from tests.world import World, take

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
