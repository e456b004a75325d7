"""A small supervised world: an organ, a team, a health commission, two hospitals, a stranger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from paizhu.analysis import flags, running, sources, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Flag, Source
from paizhu.registry.models import Body, Person, Post, Tenure, Tie
from paizhu.registry.principals import Who, who_is

NOW = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
SINCE = date(2024, 1, 1)
SPLIT = "split_below_tender_line"
HEADERS = ["合同编号", "采购单位", "供应商名称", "统一社会信用代码", "采购内容", "品目", "采购方式",
           "签订日期", "合同金额", "币种"]  # fmt: skip


@dataclass(frozen=True)
class World:
    """Who is who."""

    officer: Who
    head: Who
    leader: Who
    liaison: Who
    stranger: Who
    commission: Body
    hospital: Body
    other_hospital: Body

    @property
    def everyone(self) -> tuple[Who, ...]:
        return (self.officer, self.head, self.leader, self.liaison, self.stranger)


def _body(code: str, name: str, kind: str) -> Body:
    return Body.objects.create(code=code, name_zh=name, name_en=f"Body {code}", kind=kind)


def _post(body: Body, key: str) -> Who:
    post = Post.objects.create(body=body, key=key, title_zh=key, title_en=key)
    person = Person.objects.create(
        code=f"{body.code}-{key}",
        name_zh=f"测试{body.code}{key}",
        name_en=f"Test {body.code} {key}",
    )
    Tenure.objects.create(person=person, post=post, since=SINCE)
    return who_is(person, on=NOW.date())


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.PAIZHU_DATA = tmp_path / "data"
    return make_world()


def make_world() -> World:
    """Enter the bodies, ties, posts and persons."""
    organ, team = _body("JW", "市纪委监委", "organ"), _body("PZ", "派驻组", "team")
    other_team = _body("PQ", "另一派驻组", "team")
    commission = _body("WJ", "市卫生健康委", "unit")
    hospital, other = _body("YY1", "市第一医院", "unit"), _body("YY2", "市第二医院", "unit")
    elsewhere = _body("JY", "市教育局", "unit")
    ties = [
        (organ, team, "sends"),
        (team, commission, "sits_in"),
        (team, hospital, "supervises"),
        (team, other, "supervises"),
        (other_team, elsewhere, "sits_in"),
        (hospital, commission, "part_of"),
        (commission, hospital, "supervises"),
    ]
    for source, target, kind in ties:
        Tie.objects.create(source=source, target=target, kind=kind, since=SINCE)
    return World(
        _post(team, "officer"), _post(team, "head"), _post(organ, "leader"),
        _post(commission, "liaison"), _post(other_team, "officer"), commission, hospital, other,
    )  # fmt: skip


def make_source(world: World, key: str = "wj-purchases", **changes: Any) -> Source:
    """Register a purchase source as the officer and approve it as the head."""
    claims: dict[str, Any] = {
        "table": "purchases", "body": "WJ", "purpose": "年度采购专项监督", "plan_ref": "JH-2025-03",
        "expires_date": date(2025, 12, 31), **changes,
    }  # fmt: skip
    sources.register(actor=world.officer, key=key, now=NOW, **claims)
    return sources.approve(key, actor=world.head, now=NOW)


@pytest.fixture
def source(world: World) -> Source:
    return make_source(world)


Sheet = Callable[..., Path]


def write_xlsx(
    path: Path, headers: Sequence[object], rows: Sequence[Sequence[object]], *,
    touch: Callable[[Any, Any], None] | None = None,
) -> Path:  # fmt: skip
    """Write a real workbook; `touch` may spoil it further."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet("台账")
    page.write_row(0, 0, headers)
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, row)
    if touch:
        touch(book, page)
    book.close()
    return path


def purchase(number: int, **changes: object) -> list[object]:
    """Give one ordinary row of a purchase book."""
    row: dict[str, object] = {
        "合同编号": f"HT-{number:05}", "采购单位": "市第一医院", "供应商名称": f"供应商{number % 40:02}有限公司",
        "统一社会信用代码": "", "采购内容": "医用耗材", "品目": "耗材", "采购方式": "询价",
        "签订日期": f"2025-{1 + number % 6:02}-{1 + number % 28:02}", "合同金额": 1000 + number, "币种": "CNY",
        **changes,
    }  # fmt: skip
    return [row[header] for header in HEADERS]


@pytest.fixture
def bring_in(world: World, source: Source) -> Callable[..., Any]:
    """Import a file into the source as the officer."""

    def run(path: Path, **options: Any) -> Any:
        options = {"source": source.key, "actor": world.officer, "now": NOW, **options}
        return import_file("purchases", path, **options)

    return run


def write_csv(path: Path, rows: list[list[object]], headers: list[str] | None = None) -> Path:
    lines = [",".join(str(cell) for cell in row) for row in [headers or HEADERS, *rows]]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def stored(source: Source, what: str = "*", *, on: date | None = None) -> list[tuple[Any, ...]]:
    day = on or NOW.date()
    with store.connect([source], tables=tables().values(), on=day) as connection:
        return connection.execute(f"SELECT {what} FROM purchases ORDER BY row_id").fetchall()


def places(report: Any) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in report.problems]


def book(*split: int, unit: str = "市第一医院", extra: int = 0) -> list[list[object]]:
    """Thirty ordinary rows and a split in as many parts as there are days of March."""
    rows = [purchase(n) for n in range(1, 31 + extra)]
    rows += [
        purchase(
            900 + day,
            采购单位=unit,
            供应商名称="甲公司",
            签订日期=f"2025-03-{day:02}",
            合同金额=210_000,
        )
        for day in split
    ]
    return rows


@pytest.fixture
def raised(world: World, bring_in: Callable[..., Any], tmp_path: Path) -> Flag:
    """A flag that a run raised over an imported book."""
    bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, book(3, 14)))
    run(world)
    return Flag.objects.get()


def run(world: World, **options: Any) -> tuple[running.BodyRun, ...]:
    return running.run(SPLIT, **{"actor": world.officer, "now": NOW, **options})


def seen_by(world: World) -> list[int]:
    return [flags.list_flags(who, now=NOW).total for who in world.everyone]


def liaison_of(world: World) -> Any:
    post = Post.objects.create(
        body=world.hospital, key="liaison", title_zh="联络员", title_en="Liaison"
    )
    person = Person.objects.create(code="YY1-liaison", name_zh="测试联络", name_en="Test Liaison")
    Tenure.objects.create(person=person, post=post, since=SINCE)
    return who_is(person, on=NOW.date())


def asked(world: World, flag: Flag, **options: Any) -> Any:
    raw = {"unit_signs": "no"}
    return flags.ask(flag.pk, **{"actor": world.officer, "raw": raw, "now": NOW, **options})
