"""Invented cards for the page that shows how pages are made; nothing here is stored or looked up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from paizhu.casework.cards import (
    ClockChip,
    ClockStatus,
    FieldCard,
    FormColumn,
    FormField,
    Option,
    SignatureCard,
    StageStep,
    TimelineLine,
)
from paizhu.kernel.text import Text
from paizhu.registry.principals import HeldPost
from paizhu.web.forms import Entered, Form, Widget, widgets

BODIES = (
    Option("body:1", Text("市第一医院", "First Hospital")),
    Option("body:2", Text("市急救中心", "Emergency Center")),
)
NOBODY = (Option("person:1", Text("甲", "Person A")), Option("person:2", Text("乙", "Person B")))
SOURCES = (
    Option("found", Text("日常监督发现", "Found in daily supervision")),
    Option("received", Text("其他机关移送", "Received from another body")),
)
#: type, title, help, level; what a procedure may ask for.
ASKED: tuple[tuple[str, Text, Text | None, str], ...] = (
    ("text", Text("标题", "Title"), None, "normal"),
    (
        "longtext",
        Text("主要问题", "What it is about"),
        Text("写清时间、事项和依据，不写猜测。", "Say when, what and on what grounds; no guesses."),
        "content",
    ),
    ("date", Text("收到日期", "Received on"), None, "normal"),
    ("number", Text("人数", "Number of persons"), None, "normal"),
    ("money", Text("涉及金额（元）", "Amount concerned (yuan)"), None, "normal"),
    ("code", Text("合同编号", "Contract number"), None, "normal"),
    ("choice", Text("来源", "Source"), None, "normal"),
    ("yesno", Text("是否实名", "Signed with a name"), None, "normal"),
    ("choices", Text("涉及环节", "Steps concerned"), None, "normal"),
    ("organization", Text("所在单位", "Unit"), None, "normal"),
    ("organizations", Text("参加单位", "Bodies that take part"), None, "normal"),
    ("person", Text("反映人", "Who reports"), None, "identity"),
    ("lines", Text("分工", "Who does what"), None, "normal"),
    ("files", Text("材料", "Papers"), None, "normal"),
)
COLUMNS = (
    FormColumn("what", Text("事项", "What"), "text", required=True),
    FormColumn("who", Text("责任单位", "Who"), "organization", required=True),
    FormColumn("until", Text("完成日期", "Until"), "date", required=False),
)
CHOSEN = {"choice": SOURCES, "choices": SOURCES, "yesno": (), "person": NOBODY, "lines": BODIES}
FAULTY = {"money": Text("请填写金额，例如 1,234.50。", "Give an amount, such as 1,234.50.")}


def chip(
    status: ClockStatus,
    days: int | None,
    *,
    today: date,
    provisional: bool = False,
    sure: str = "",
    working: bool = False,
) -> ClockChip:
    """Give a clock in one of its states."""
    due = today + timedelta(days=days) if days is not None else None
    title = Text("答复询问", "Answer to a question")
    return ClockChip(
        "WX-JG-2026-001", "answer", 1, title, status, due, None, provisional, days, sure,
        working_days=working,
    )  # fmt: skip


def chips(today: date) -> tuple[tuple[ClockChip, Text], ...]:
    """Give every state of a clock, with what it means."""
    return (
        (chip("running", 12, today=today), Text("计时中", "It runs")),
        (chip("running", 2, today=today), Text("三天之内到期", "Due within three days")),
        (chip("running", 0, today=today), Text("今天到期", "Due today")),
        (chip("late", -4, today=today), Text("已过到期日，仍在计时", "Past its day and still running")),
        (chip("late", -2, today=today, working=True), Text("以工作日计算的时限", "A limit in working days")),
        (chip("paused", None, today=today), Text("依规则暂停，到期日待定", "Paused under a rule; no due day yet")),
        (chip("met", 3, today=today), Text("已在期限内办结", "Done within the limit")),
        (chip("missed", -2, today=today), Text("已办结，但超过期限", "Done, but after the limit")),
        (chip("void", 5, today=today), Text("不再适用", "It no longer applies")),
        (
            chip("running", 40, today=today, provisional=True),
            Text("暂定：当年放假安排尚未公布", "Provisional: the holidays of that year are not published"),
        ),
        (
            chip("running", 9, today=today, sure="S"),
            Text("带标记：依据的原文尚未核对", "Marked: the text it rests on was not read itself"),
        ),
    )  # fmt: skip


STAGES = tuple(
    StageStep(name, title, state, final, is_next=state == "next")  # type: ignore[arg-type]
    for name, title, state, final in (
        ("registered", Text("已登记", "Registered"), "past", False),
        ("asked", Text("待答复", "Answer awaited"), "past", False),
        ("answered", Text("已答复", "Answered"), "current", False),
        ("mending", Text("整改中", "Being repaired"), "next", False),
        ("check", Text("待核验", "To be checked"), "ahead", False),
        ("closed", Text("已办结", "Closed"), "next", True),
        ("withdrawn", Text("已撤回", "Withdrawn"), "ahead", True),
    )
)
FIELDS = (
    FieldCard("unit", Text("被询问单位", "Unit asked"), "organization", BODIES[0].title, "normal"),
    FieldCard(
        "who", Text("反映人", "Who reports"), "person", Text("（仅受理岗可阅）", "(intake only)"), "identity"
    ),
    FieldCard("money", Text("涉及金额", "Amount"), "money", Text("480,000.00", "480,000.00"), "normal"),
)  # fmt: skip
POSTS = tuple(
    HeldPost(kind, title, 0, "", body, kind)
    for kind, title, body in (
        ("team", Text("组长", "Head of the team"), Text("派驻机构", "Resident team")),
        ("organ", Text("分管领导", "Leader in charge"), Text("派出机关", "Sending organ")),
        ("office", Text("主任", "Director"), Text("内设机构", "Office of the organ")),
        ("unit", Text("联络员", "Liaison"), Text("驻在单位", "Host unit")),
        ("partner", Text("协作联系人", "Contact"), Text("协作单位", "Partner body")),
    )
)


def signatures(now: datetime) -> tuple[SignatureCard, ...]:
    """Give one signature that is there and one that is missing."""
    return (
        SignatureCard(Text("室主任", "Section head"), None, NOBODY[0].title, now),
        SignatureCard(
            Text("组长", "Head of the team"), Text("规则第 12 条", "article 12"), None, None
        ),
    )


def story(now: datetime) -> tuple[TimelineLine, ...]:
    """Give some lines of what happened."""
    said = (
        Text("乙 完成“答复”", "Person B carried out “Answer”"),
        Text("时限“答复询问”临近", "The time limit “Answer” is near"),
        Text("甲 完成“询问”", "Person A carried out “Ask”"),
    )
    return tuple(
        TimelineLine(
            version=3 - n,
            at=now - timedelta(days=2 * n, hours=n),
            day=None,
            who=NOBODY[n % 2].title,
            sentence=sentence,
            details=FIELDS[:1] if n == 0 else (),
            text="",
        )
        for n, sentence in enumerate(said)
    )


def form() -> Form:
    """Give a form with a field of every type, one of them filled in wrongly."""
    fields = tuple(
        FormField(
            field=f"a_{type}",
            title=title,
            help=help,
            type=type,
            required=type in ("text", "date"),
            options=CHOSEN.get(type, BODIES if type.startswith("organization") else ()),
            max=400 if type == "longtext" else None,
            min=None,
            level=level,
            columns=COLUMNS if type == "lines" else (),
        )
        for type, title, help, level in ASKED
    )
    return Form(
        key="sample",
        title=Text("示例表单", "A sample form"),
        url="",
        widgets=_wrong(widgets(fields, key="sample")),
        version=None,
        submit=Text("提请签批", "Propose"),
        entered=Entered(),
    )


def _wrong(drawn: tuple[Widget, ...]) -> tuple[Widget, ...]:
    return tuple(
        Widget(w.field, w.name, w.id, ("一千",), FAULTY[w.field.type])
        if w.field.type in FAULTY
        else w
        for w in drawn
    )
