"""From a workbook to a changed hit rate, lived through the pages by officer, liaison and heads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from paizhu.analysis import running, sources
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Flag
from paizhu.casework import rulebook
from paizhu.casework.models import Matter
from tests import world as worlds
from tests.analysis.conftest import HEADERS, purchase, write_csv, write_xlsx
from tests.browser.walking import Walker, fill
from tests.web.test_screens import HEADERS as BID_HEADERS
from tests.web.test_screens import bids

PACK = worlds.ROOT / "packs" / "cn-discipline"
MEASURE = "/measures/split_below_tender_line/"
#: Four suppliers of whom purchases look split; one is left, one explained, one repaired, one goes on.
LEFT, EXPLAINED, REPAIRED, GOES_ON = SUPPLIERS = ("甲公司", "乙公司", "丙公司", "丁公司")
#: What the quality report says of the book.
LACKS = ("1 行与另一行完全相同", "1 行的日期早于 1990 年", "“供应商统一社会信用代码”有 54 行为空")
ESCALATED = {
    "subject": "王某某", "concerns": "staff", "competence": "own", "named": "no",
    "found_date": "2025-09-28", "allegation": "答复与单据不符", "reasons": "经核",
}  # fmt: skip


@pytest.fixture
def place(transactional_db, settings, live_server, chromium, tmp_path) -> Iterator[tuple]:
    """A small institution with an approved source, and everybody at their own browser."""
    settings.PAIZHU_PACKS = [PACK]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    world = worlds.small_world()
    world.today = timezone.localdate()
    now = timezone.now()
    sources.register(
        actor=world.who("one"), key="yy-purchases", table="purchases", body="YY",
        purpose="年度采购专项监督", plan_ref="JH-2025-03",
        expires_date=world.today + timedelta(days=90), now=now,
    )  # fmt: skip
    sources.approve("yy-purchases", actor=world.who("head"), now=now)
    walker = Walker(chromium, live_server.url)
    yield world, walker
    walker.close()
    rulebook.forget()


def book(folder: Path) -> Path:
    rows = [purchase(number) for number in range(40)]
    rows += [
        purchase(
            100 * place + number,
            供应商名称=name,
            品目=f"品类{place}",
            签订日期=f"2025-{place:02}-{10 + number:02}",
            合同金额=380_000,
        )
        for place, name in enumerate(SUPPLIERS, start=2)
        for number in range(3)
    ]
    # What the quality report is to find: a line twice, and a day that cannot be.
    rows += [purchase(7), purchase(41, 签订日期="1985-01-01")]
    return write_xlsx(folder / "采购台账.xlsx", HEADERS, rows)


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).click()


def taken_in(walker: Walker, world: worlds.World, file: Path) -> None:
    page = walker.at(world, "one", "/imports/")
    page.locator("#source").select_option("yy-purchases")
    page.locator("#file").set_input_files(file)
    press(page, "form:has(#file) .btn-main")
    lacks = page.locator("section[aria-labelledby='lack-title']")
    for shown in LACKS:
        expect(lacks).to_contain_text(shown)
    press(page, "button[value='store']")
    expect(page.locator("main")).to_contain_text("已导入")
    # The report stays with the book, to be read before any flag is.
    page = walker.at(world, "head", "/sources/")
    page.locator("details:has-text('采购台账.xlsx') summary").click()
    for shown in LACKS:
        expect(page.locator("details[open]")).to_contain_text(shown)


def flag_page(walker: Walker, world: worlds.World, supplier: str, name: str = "one") -> Page:
    return walker.at(world, name, f"/flags/{Flag.objects.get(subject=supplier).pk}/")


def asked(walker: Walker, world: worlds.World, supplier: str) -> str:
    """Ask the unit from the page of the flag, and have its liaison answer; give the matter."""
    page = flag_page(walker, world, supplier)
    press(page, "a[href$='/ask/']")
    fill(page.locator("main form").last, world, {"unit_signs": "no"})
    walker.send(page, page.locator("main form .btn-main").last)
    ref = Flag.objects.get(subject=supplier).matter
    card = walker.at(world, "liaison", f"/matters/{ref}/")
    expect(card.locator("main")).to_contain_text("采购台账.xlsx")
    walker.take(world, "liaison", ref, "answer", answer="系按科室分别申报")
    return ref


def closed(
    walker: Walker, world: worlds.World, supplier: str, deed: str, name: str = "one"
) -> None:
    page = flag_page(walker, world, supplier, name)
    form = page.locator(f"details#{deed}")
    form.locator("summary").first.click()
    fill(form, world, {"reasons": "已核单据"})
    press(page, f"details#{deed} .btn-main")


def rates(walker: Walker, world: worlds.World) -> str:
    return walker.at(world, "head", MEASURE).locator("#rates").inner_text()


def test_from_a_workbook_to_a_changed_hit_rate(place, tmp_path):
    world, walker = place
    taken_in(walker, world, book(tmp_path))
    page = walker.at(world, "one", MEASURE)
    press(page, "form[action$='/run/'] button")
    expect(page.get_by_role("status")).to_contain_text("新提示 4 条")
    expect(page.get_by_role("note")).to_contain_text("提示过多")
    assert "尚无已核定的提示" in rates(walker, world)

    page = flag_page(walker, world, EXPLAINED)
    for shown in ("380,000.00", "采购台账.xlsx", "第二十八条", "为什么提示", "可能的正常情形"):
        expect(page.locator("main")).to_contain_text(shown)

    closed(walker, world, LEFT, "dismiss_flag")
    ref = asked(walker, world, EXPLAINED)
    walker.take(world, "one", ref, "accept", reasons="有批文")
    walker.sign(world, "section_head", ref)
    closed(walker, world, EXPLAINED, "explain_flag")
    assert "0/1" in rates(walker, world)

    ref = asked(walker, world, REPAIRED)
    repair = {
        "repair": "合并采购计划",
        "repair_date": str(world.today + timedelta(days=30)),
        "reasons": "未合并",
    }
    walker.take(world, "one", ref, "agree_repair", **repair)
    walker.sign(world, "section_head", ref)
    closed(walker, world, REPAIRED, "confirm_flag")
    assert "1/2" in rates(walker, world)

    ref = asked(walker, world, GOES_ON)
    assert not Matter.objects.filter(procedure="clue").exists(), "no flag opens a clue"
    walker.take(world, "one", ref, "escalate", **ESCALATED)
    assert not Matter.objects.filter(procedure="clue").exists(), "not before the head signs"
    walker.sign(world, "head", ref)
    assert Matter.objects.filter(procedure="clue").count() == 1
    closed(walker, world, GOES_ON, "confirm_flag")

    found = rates(walker, world)
    for shown in ("66.7%", "2/3", "提示\n4"):
        assert shown in found, found
    again = walker.at(world, "one", MEASURE)
    press(again, "form[action$='/run/'] button")
    expect(again.get_by_role("status")).to_contain_text("新提示 0 条，再次出现 4 条")
    liaison = walker.at(world, "liaison", f"/flags/{Flag.objects.get(subject=GOES_ON).pk}/")
    assert "线索" not in liaison.locator("main").inner_text()


def test_the_prices_of_a_tender_are_drawn_beside_its_flag(place, tmp_path):
    world, walker = place
    now = timezone.now()
    sources.register(
        actor=world.who("one"), key="yy-bids", table="bids", body="YY", purpose="年度采购专项监督",
        plan_ref="JH-2025-03", expires_date=world.today + timedelta(days=90), now=now,
    )  # fmt: skip
    sources.approve("yy-bids", actor=world.who("head"), now=now)
    book = write_csv(tmp_path / "投标.csv", bids(), BID_HEADERS)
    assert import_file("bids", book, source="yy-bids", actor=world.who("one"), now=now).stored
    running.run("arranged_bids", actor=world.who("one"), now=now)
    page = walker.at(world, "one", f"/flags/{Flag.objects.get().pk}/")
    figure = page.locator("#screen-bid_screens figure")
    expect(figure).to_have_attribute("data-drawn", "prices")
    expect(figure.locator("canvas")).to_be_visible()
    page.screenshot(path=tmp_path / "tender.png", full_page=True)
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)
