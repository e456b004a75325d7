"""The story of the purchase books: registered, approved, imported, measured, asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from paizhu.analysis import flags, importing, ownvalues, running, sources
from paizhu.casework import reading
from paizhu.casework.cards import Receipt
from paizhu.demo import content
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
AskedAbout = Callable[[Scene, Case, str, Person], Story]


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
            _ask(scene, flag, officer, asked)
        elif not book.is_last:
            reasons = "系框架协议下的分批订单，协议和目录已核。"
            flags.dismiss(flag, reasons=reasons, actor=stage.who(officer), now=stage.now)


def _ask(scene: Scene, flag: int, officer: Person, asked: AskedAbout) -> None:
    """Ask the unit, as a named person; the measure opens nothing by itself."""
    stage, who = scene.stage, scene.stage.who(officer)
    unit = flags.flag_for(who, flag, now=stage.now).body.code
    receipt = flags.ask(flag, actor=who, now=stage.now, raw={"unit_signs": "yes"})
    case = Case(receipt.ref, QUESTION, stage.today, receipt.version)
    stage.spawn(asked(scene, case, unit, officer), scene.days(1, 2), scene.dice)
    stage.spawn(_settled(scene, flag, receipt, officer), scene.days(20, 35), scene.dice)


def _settled(scene: Scene, flag: int, receipt: Receipt, officer: Person) -> Story:
    """Say what the answer showed, once the question is closed."""
    stage = scene.stage
    while not reading.matter(stage.who(officer), receipt.ref, now=stage.now).final:
        yield scene.days(5, 15)
    outcome = "confirmed" if scene.maybe(55) else "explained"
    reasons = (
        "采购计划不合并，已约定整改。"
        if outcome == "confirmed"
        else scene.dice.choice(content.ACCEPTED)
    )
    flags.settle(flag, outcome=outcome, reasons=reasons, actor=stage.who(officer), now=stage.now)  # type: ignore[arg-type]
    yield from ()
