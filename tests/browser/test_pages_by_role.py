"""The pages by role in a real browser: few clicks to the first act, keys, phones, no scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from paizhu.casework import rulebook
from paizhu.demo.roles import ROLES
from paizhu.ledger.models import Entry
from tests.browser.conftest import PASSWORD
from tests.browser.test_access import look
from tests.desk.unit_work import question
from tests.world import ROOT, inquiry, take

NATIONAL = ROOT / "packs" / "cn-discipline"
MOST_CLICKS = 5
COUNT = "addEventListener('click', (e) => e.isTrusted && e.detail > 0 && countClick(), true)"


@pytest.fixture
def visitor(demo, live_server, chromium) -> Iterator[Page]:
    """Somebody before the demonstration who has not signed in."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


class Clicks:
    """Counts what is pressed with a mouse or a finger."""

    def __init__(self, page: Page) -> None:
        self.number = 0
        page.expose_function("countClick", self.one)
        page.add_init_script(COUNT)

    def one(self) -> None:
        self.number += 1


def sign_in(page: Page, username: str) -> None:
    page.goto("/")
    page.locator("#account").fill(username)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form .btn-main").first.click()
    page.wait_for_url("**/")


def fill_in(form: Locator) -> None:
    """Fill in what is asked for, by keyboard alone."""
    for field in form.locator(".asks .field:visible").all():
        box = field.locator("input:enabled, select:enabled, textarea:enabled").first
        kind = box.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            box.focus()
            box.press("Space")
        elif kind == "select":
            box.select_option(index=1)
        elif kind == "date":
            box.fill(str(timezone.localdate()))
        elif kind != "file":
            box.fill("已核对有关凭证，情况属实。")


def acted(page: Page, before: int) -> None:
    expect(page.locator("[role=status]").first).to_be_visible()
    assert Entry.objects.count() > before


def username(of: str) -> str:
    """Give the account the command offers for a role."""
    return next(name for name, _ in ROLES if of in name)


def test_a_head_signs_within_five_clicks_of_the_first_sign_in(visitor):
    page, clicks = visitor, Clicks(visitor)
    sign_in(page, username("wj-head"))
    before = Entry.objects.count()
    page.locator("nav.rail a[href='/approvals/']").click()
    page.locator("[data-decide=a]").click()
    page.wait_for_url("**/approvals/**")
    acted(page, before)
    assert clicks.number <= MOST_CLICKS, clicks.number


def test_a_liaison_answers_within_five_clicks_of_the_first_sign_in(visitor):
    page, clicks = visitor, Clicks(visitor)
    sign_in(page, username("liaison"))
    before = Entry.objects.count()
    page.locator(".next .btn-main").first.click()
    page.wait_for_url("**/do/**")
    form = page.locator("main form", has=page.locator(".asks"))
    fill_in(form)
    form.locator(".btn-main").click()
    page.wait_for_url("**/matters/*/")
    acted(page, before)
    assert clicks.number <= MOST_CLICKS, clicks.number


def test_an_officer_acts_within_five_clicks_of_the_first_sign_in(visitor):
    page, clicks = visitor, Clicks(visitor)
    sign_in(page, username("officer"))
    before = Entry.objects.count()
    page.locator("#waiting a.ref").first.click()
    page.wait_for_url("**/matters/**")
    sign = page.locator("form[action$='/sign/'] button")
    if sign.count():
        sign.first.click()
    else:
        part = page.locator("details.act").first
        part.locator("summary").first.click()
        fill_in(part)
        part.locator(".btn-main").click()
    page.wait_for_load_state()
    acted(page, before)
    assert clicks.number <= MOST_CLICKS, clicks.number


def test_the_stack_is_worked_through_by_keyboard(world, open_as):
    refs = [inquiry(world, "proposed").ref for _ in range(3)]
    page = open_as("head")
    page.goto("/approvals/")
    heading = page.locator(".decision .ref").first
    first = heading.inner_text()
    page.keyboard.press("j")
    page.wait_for_url("**at=**")
    second = heading.inner_text()
    assert second != first
    page.keyboard.press("k")
    expect(heading).to_have_text(first)
    page.keyboard.press("a")
    expect(page.locator("[data-decide=a]")).to_be_focused()
    assert world.card("head", first).proposals, "one key alone signs nothing"
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text(first)
    assert not world.card("head", first).proposals
    page.keyboard.press("r")
    page.keyboard.type("请补充材料")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_be_visible()
    assert sum(bool(world.card("head", ref).proposals) for ref in refs) == 1


def test_the_stack_works_without_scripts(world, open_as):
    ref = inquiry(world, "proposed").ref
    page = open_as("head", scripts=False)
    page.goto("/approvals/")
    sign, give_back = page.locator("[data-decide=a]"), page.locator(".return .btn-main")
    solid = sign.evaluate("one => getComputedStyle(one).backgroundColor")
    page.locator("summary", has_text="退回").click()
    expect(give_back).to_have_css("background-color", solid)
    expect(sign).not_to_have_css("background-color", solid)  # one solid button at a time
    page.locator("[name='f.reasons']").fill("请补充材料")
    give_back.click()
    expect(page.locator("[role=status]").first).to_be_visible()
    assert not world.card("head", ref).proposals


def test_the_desk_is_folded_on_a_phone_and_nowhere_else(world, open_as):
    for _ in range(6):
        inquiry(world, "triage")
    page = open_as("one", scripts=False, viewport={"width": 360, "height": 640})
    page.goto("/")
    rows = page.locator("#waiting [data-row]").locator("visible=true")
    expect(rows).to_have_count(3)
    page.locator("#waiting .phone-fold > summary", has_text="其余 3 件").click()
    expect(rows).to_have_count(6)
    page.reload()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(rows).to_have_count(6)
    expect(page.locator("#waiting .phone-fold > summary")).to_be_hidden()


PAGES = {
    "head": ["/", "/approvals/", "/team/", "/units/", "/units/YY/", "/filters/", "/together/"],
    "leader": ["/office/", "/city/", "/posts/YY/liaison/"],
    "liaison": ["/"],
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious_and_no_page_by_role_overflows(national, open_as, name, lang):
    ref = question(national)
    take(national, "one", ref, "withdraw_question", withdrawn_because="问错单位")
    assert look(open_as(name, lang), PAGES[name], contrast=lang == "zh") == []
