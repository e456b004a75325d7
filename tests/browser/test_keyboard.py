"""The ten things done most, by keyboard alone: no test here presses a mouse button.

What is pressed is counted by the page itself, so a step that needs a mouse fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from paizhu.casework import rulebook
from paizhu.casework.models import Matter, SavedFilter
from paizhu.web.models import Draft
from tests import world as worlds
from tests.browser.conftest import PASSWORD
from tests.browser.test_journeys import fill_inquiry, tab_to
from tests.desk.unit_work import question
from tests.world import ROOT, inquiry

NATIONAL = ROOT / "packs" / "cn-discipline"
#: A real click of a mouse has a number of presses; a button pressed by key has none.
MOUSE = "addEventListener('click', (e) => e.isTrusted && e.detail > 0 && pressed(), true)"


@pytest.fixture
def keys(open_as) -> Callable[..., Page]:
    """Open a browser as somebody who has no mouse."""
    presses: list[str] = []

    def opened(name: str, lang: str = "zh") -> Page:
        page = open_as(name, lang)
        page.expose_function("pressed", lambda: presses.append(page.url))
        page.add_init_script(MOUSE)
        return page

    yield opened
    assert presses == []


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules over the small institution, since yesterday."""
    settings.PAIZHU_PACKS = [NATIONAL]
    settings.PAIZHU_DATA = tmp_path
    rulebook.forget()
    world.today = timezone.localdate() - timedelta(days=1)
    return world


def told(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("[role=status]").first).to_contain_text(words)


def test_one_signs_in(world, keys):
    worlds.account(world, "head", PASSWORD)
    page = keys("")
    page.goto("/")
    # A page takes the focus with its first frame, which may come after it has loaded.
    expect(page.locator("#account")).to_be_focused()
    page.keyboard.type("head")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("今天")


def test_two_opens_the_first_thing_of_today(world, keys):
    ref = inquiry(world, "triage").ref
    page = keys("one")
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/matters/{ref}/**")


def test_three_signs_the_first_proposal(world, keys):
    ref = inquiry(world, "proposed").ref
    page = keys("head")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/approvals/")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    told(page, ref)
    assert Matter.objects.get(ref=ref).stage == "triage"


def test_four_returns_it_with_reasons(world, keys):
    ref = inquiry(world, "proposed").ref
    page = keys("head", "en")
    page.goto("/approvals/")
    page.keyboard.press("r")
    page.keyboard.type("Name the contracts")
    page.keyboard.press("Control+Enter")
    told(page, ref)
    assert not world.card("head", ref).proposals
    assert Matter.objects.get(ref=ref).stage == "registered"


def test_five_opens_something_new(world, keys):
    page = keys("keeper")
    page.goto("/")
    tab_to(page, "a[href='/matters/new/inquiry/WJ/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters/new/inquiry/WJ/")
    fill_inquiry(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/matters/TX-WJ-\d{4}-\d{4}/$"))
    assert Matter.objects.count() == 1


def test_six_keeps_a_draft_and_finds_it_again(world, keys):
    ref = inquiry(world, "triage").ref
    page = keys("one")
    page.goto(f"/matters/{ref}/do/dispose/")
    tab_to(page, "[name='f.reasons']")
    page.keyboard.type("先写一半")
    page.keyboard.press("Control+s")
    expect(page.locator("main [data-draft-said]").first).to_contain_text("草稿已存")
    assert Draft.objects.count() == 1
    page.goto("/drafts/")
    tab_to(page, "main a[href*='dispose']")
    page.keyboard.press("Enter")
    expect(page.locator("[name='f.reasons']")).to_have_value("先写一半")


def test_seven_searches_and_opens_what_was_found(world, keys):
    ref = inquiry(world, "triage").ref
    page = keys("one", "en")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(ref)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{ref}/")


def test_eight_narrows_the_list_and_keeps_the_filter(world, keys):
    inquiry(world, "triage")
    page = keys("head")
    page.goto("/matters/?state=open")
    tab_to(page, ".save-filter > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#s-name")
    page.keyboard.type("在办的")
    page.keyboard.press("Enter")
    page.wait_for_url("**/filters/")
    kept = SavedFilter.objects.get()
    tab_to(page, f"a[href='/filters/{kept.pk}/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters/?**state=open**")


@pytest.mark.parametrize(("lang", "typed"), [("zh", "yj"), ("en", "flags")])
def test_nine_goes_to_a_page_by_the_palette(keys, lang, typed):
    page = keys("head", lang)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/flags/**")


def test_ten_the_unit_answers_what_it_was_asked(national, keys):
    ref = question(national)
    page = keys("liaison")
    page.goto("/")
    tab_to(page, ".next .btn-main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/do/answer/")
    tab_to(page, "[name='f.answer']")
    page.keyboard.type("三次采购各有急需，附审批单编号。")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/matters/{ref}/")
    told(page, re.compile("记入台账|已办理"))


def test_eleven_notes_what_was_seen_on_the_spot(national, keys):
    page = keys("one")
    page.goto("/field/")
    for name in ("kind", "unit"):
        tab_to(page, f"[name='f.{name}']")
        page.keyboard.press("Space")
    for name, value in (("topic", "采购人员谈话"), ("who_went", "两名干部"), ("seen", "账实相符")):
        tab_to(page, f"[name='f.{name}']")
        page.keyboard.type(value)
    tab_to(page, ".field-save .btn")
    page.keyboard.press("Enter")
    expect(page.locator("#kept-list [data-state=sent] a.ref")).to_be_visible()
    assert Matter.objects.count() == 1


def test_twelve_sees_why_a_date_is_that_date(world, keys):
    ref = inquiry(world, "triage").ref
    page = keys("one", "en")
    page.goto(f"/matters/{ref}/")
    page.keyboard.press("w")
    page.keyboard.press("Enter")
    expect(page.locator("#why-float")).to_contain_text("What it rests on")
    page.keyboard.press("Escape")
    expect(page.locator("#why-float")).to_have_count(0)
