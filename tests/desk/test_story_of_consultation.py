"""From the talk with the host by decisions and delay to guidance; and numbers only."""

from datetime import date

import pytest

from paizhu.casework import queries, rebuilding, rulebook, ticking
from paizhu.casework.models import Matter
from paizhu.engine import scenario
from paizhu.kernel.errors import NotAllowed
from tests.desk import together
from tests.desk.stories import complained, signed
from tests.desk.together import opened
from tests.world import World, take

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
    of_story = (
        "consultation",
        "decision_task",
        "official_report",
        "guidance_note",
        "guidance_receipt",
    )
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
