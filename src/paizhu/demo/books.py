"""The stories of the host's books: registered, approved, imported, measured, asked about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from paizhu.analysis import flags, importing, ownvalues, running, sources
from paizhu.analysis.catalog import tables
from paizhu.casework import reading
from paizhu.casework.cards import Receipt
from paizhu.demo import content, tenders
from paizhu.demo.purchases import Purchase, write
from paizhu.demo.questions import QUESTION
from paizhu.demo.stage import Case, Scene, Story
from paizhu.registry.models import Person

SOURCE = "wjw-purchases"
TABLE = "purchases"
MEASURE = "split_below_tender_line"
#: The line of the province is what the measure gives as an example: said by an act, it is no example.
OWN_LINE = {
    "parameter": "tender_line", "value": "400000", "from_date": "2020-01-01",
    "reasons": "本省现行公开招标数额标准与规则的示例值相同，予以确认；标准调整时另行提出。",
}  # fmt: skip
#: Goes on with a question that was asked about a flag: matter, unit code, officer.
AskedAbout = Callable[[Scene, Case, str, Person, content.Topic], Story]
#: So much is let be where a look at the vouchers was enough.
LET_BE = "已核对原始凭证和审批记录，手续齐全，不再询问。"


@dataclass(frozen=True, slots=True)
class Book:
    """One delivery of purchases."""

    name: str
    rows: list[Purchase]
    first: int
    #: How many of the flags it raises are asked about, and whether the others are left for later.
    asks: int
    is_last: bool


def deliveries(scene: Scene, book: Book, folder: Path, *, asked: AskedAbout) -> Story:
    """Take one delivery in, run the measure, look at what it raised."""
    stage = scene.stage
    path = folder / book.name
    write(book.rows, path, first=book.first, dice=scene.dice)
    officer, section_head, head = (
        stage.institution.holder(scene.team, post) for post in ("officer", "section_head", "head")
    )
    if book.first == 1:
        sources.register(
            actor=stage.who(section_head), key=SOURCE, table=TABLE,
            body=stage.institution.units[scene.team][0], purpose="医药领域集中整治：采购环节日常监督",
            plan_ref="年度监督计划第 3 项", expires_date=stage.until.date() + timedelta(days=180), now=stage.now,
        )  # fmt: skip
        yield 1
        sources.approve(SOURCE, actor=stage.who(head), now=stage.now)
        own = ownvalues.ask(
            MEASURE, OWN_LINE | {"body": stage.institution.units[scene.team][0]},
            actor=stage.who(officer), now=stage.now,
        )  # fmt: skip
        yield 1
        ownvalues.approve(own, actor=stage.who(head), now=stage.now)
    importing.import_file(TABLE, path, source=SOURCE, actor=stage.who(officer), now=stage.now)
    yield 0
    runs = running.run(MEASURE, actor=stage.who(officer), now=stage.now)
    for number, flag in enumerate(pk for one in runs for pk in one.new):
        yield scene.days(0, 2)
        if number < book.asks:
            _ask(scene, flag, officer, content.HEALTH[-1], asked)
        elif not book.is_last:
            reasons = "系框架协议下的分批订单，协议和目录已核。"
            flags.dismiss(flag, reasons=reasons, actor=stage.who(officer), now=stage.now)


def linked(
    scene: Scene, rows: Mapping[str, Sequence[Mapping[str, object]]], folder: Path,
    *, asked: AskedAbout,
) -> Story:  # fmt: skip
    """Take in the books that belong together, run what they serve, look at part of what is raised."""
    stage = scene.stage
    officer, section_head, head = (
        stage.institution.holder(scene.team, post) for post in ("officer", "section_head", "head")
    )
    for table in rows:
        sources.register(
            actor=stage.who(section_head), key=_key(table), table=table,
            body=stage.institution.units[scene.team][0], purpose="医药领域集中整治：招标采购与资产专项核查",
            plan_ref="年度监督计划第 5 项", expires_date=stage.until.date() + timedelta(days=150), now=stage.now,
        )  # fmt: skip
    yield 1
    for table in rows:
        sources.approve(_key(table), actor=stage.who(head), now=stage.now)
        path = folder / f"{tables()[table].title.zh}.csv"
        tenders.write(rows[table], path, table=table)
        importing.import_file(
            table, path, source=_key(table), actor=stage.who(officer), now=stage.now
        )
    yield 1
    raised = [
        (measure, flag)
        for measure in tenders.MEASURES
        for one in running.run(measure, actor=stage.who(officer), now=stage.now)
        for flag in one.new
    ]
    waiting = dict(content.LINKED)
    for measure, flag in raised:
        yield scene.days(0, 1)
        topic = waiting.pop(measure, None)
        if topic:
            _ask(scene, flag, officer, topic, asked)
        elif measure in tenders.LET_BE:
            flags.dismiss(flag, reasons=LET_BE, actor=stage.who(officer), now=stage.now)


def _key(table: str) -> str:
    return f"wjw-{table.replace('_', '-')}"


def _ask(scene: Scene, flag: int, officer: Person, topic: content.Topic, asked: AskedAbout) -> None:
    """Ask the unit, as a named person; the measure opens nothing by itself."""
    stage, who = scene.stage, scene.stage.who(officer)
    unit = flags.flag_for(who, flag, now=stage.now).body.code
    receipt = flags.ask(flag, actor=who, now=stage.now, raw={"unit_signs": "yes"})
    case = Case(receipt.ref, QUESTION, stage.today, receipt.version)
    stage.spawn(asked(scene, case, unit, officer, topic), scene.days(1, 2), scene.dice)
    stage.spawn(_settled(scene, flag, receipt, officer, topic), scene.days(20, 35), scene.dice)


def _settled(
    scene: Scene, flag: int, receipt: Receipt, officer: Person, topic: content.Topic
) -> Story:
    """Say what the answer showed, once the question is closed."""
    stage = scene.stage
    while not reading.matter(stage.who(officer), receipt.ref, now=stage.now).final:
        yield scene.days(5, 15)
    outcome = "confirmed" if scene.maybe(55) else "explained"
    reasons = (
        f"情况属实，已约定整改：{topic.repair}"
        if outcome == "confirmed"
        else scene.dice.choice(content.ACCEPTED)
    )
    flags.settle(flag, outcome=outcome, reasons=reasons, actor=stage.who(officer), now=stage.now)  # type: ignore[arg-type]
    yield from ()
