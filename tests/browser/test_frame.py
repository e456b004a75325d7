"""What stands around the pages, in a real browser: keys, palette, whys, drafts, the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from paizhu.web.models import Draft
from tests.browser.test_access import look
from tests.world import inquiry


def test_places_are_reached_by_two_keys(open_as):
    page = open_as("head")
    page.goto("/")
    for key, path in (("m", "/matters/"), ("f", "/flags/"), ("d", "/")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}")


def test_keys_do_nothing_while_one_types(open_as):
    page = open_as("head")
    page.goto("/matters/")
    page.locator("#search").focus()
    page.keyboard.type("gd?jk/")
    assert page.locator("#search").input_value() == "gd?jk/"
    assert page.url.endswith("/matters/")
    expect(page.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize(("lang", "typed"), [("zh", "yj"), ("zh", "预警"), ("en", "flags")])
def test_the_palette_finds_a_page_by_name_or_initials(open_as, lang, typed):
    page = open_as("head", lang)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/flags/**")


def test_the_palette_opens_an_action_of_the_page(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one")
    page.goto(f"/matters/{ref}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("提出处置")
    page.keyboard.press("Enter")
    expect(page.locator("#do-dispose")).to_have_attribute("open", "")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_palette_closes_and_gives_the_focus_back(open_as):
    page = open_as("head")
    page.goto("/matters/")
    page.locator("main a").first.focus()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_a_due_date_says_why_beside_itself_and_gives_the_focus_back(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one", "en")
    page.goto(f"/matters/{ref}/")
    page.keyboard.press("w")
    page.keyboard.press("Enter")
    box = page.locator("#why-float")
    expect(box).to_contain_text("What it rests on")
    expect(box.locator("a", has_text="Open as a page")).to_have_attribute(
        "href", re.compile("/clocks/")
    )
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('a[data-why]')")


def test_without_scripts_a_due_date_leads_to_the_page_that_says_why(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one", "en", scripts=False)
    page.goto(f"/matters/{ref}/")
    page.locator("main a.chip").first.click()
    expect(page.get_by_role("heading", name="What it rests on")).to_be_visible()


def test_up_leads_back_to_the_list_as_one_left_it(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one")
    page.goto("/matters/?state=open&order=oldest")
    page.get_by_role("link", name=ref).click()
    page.wait_for_url(f"**/matters/{ref}/")
    page.locator("#note summary").click()
    page.locator("#note-text").fill("核对过")
    page.locator("#note .btn-main").click()
    expect(page.get_by_role("status")).to_contain_text("记入台账")
    page.locator("h1").click()
    page.keyboard.press("u")
    page.wait_for_url("**/matters/?state=open&order=oldest")


def test_what_is_typed_is_kept_without_being_sent_and_shown_again(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one")
    page.goto(f"/matters/{ref}/#note")
    page.locator("#note-text").fill("写了一半")
    expect(page.locator("#note [data-draft-said]")).to_contain_text("草稿已存", timeout=8000)
    page.reload()
    expect(page.locator("#note-text")).to_have_value("写了一半")
    page.locator("#note .btn-main").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not Draft.objects.exists()


def test_ctrl_s_keeps_a_draft_and_leaving_does_too(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one")
    page.goto(f"/matters/{ref}/#note")
    page.locator("#note-text").fill("按键保存")
    page.keyboard.press("Control+s")
    expect(page.locator("#note [data-draft-said]")).to_contain_text("草稿已存")
    page.locator("#note-text").fill("离开时保存")
    page.goto("/matters/")
    page.goto(f"/matters/{ref}/#note")
    expect(page.locator("#note-text")).to_have_value("离开时保存")


def test_a_draft_is_kept_by_a_button_without_scripts(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one", scripts=False)
    page.goto(f"/matters/{ref}/")
    page.locator("#note summary").click()
    page.locator("#note-text").fill("没有脚本")
    page.get_by_role("button", name="存草稿").and_(page.locator("#note button")).click()
    expect(page.get_by_role("status")).to_contain_text("草稿已保存")
    page.locator("#note summary").click()
    expect(page.locator("#note-text")).to_have_value("没有脚本")


def test_a_toast_can_be_closed(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one", "en")
    page.goto(f"/matters/{ref}/#note")
    page.locator("#note-text").fill("x")
    page.locator("#note .btn-main").click()
    page.get_by_role("status").get_by_role("button", name="Close").click()
    expect(page.get_by_role("status")).to_have_count(0)


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_dark_comes_from_the_system_or_from_the_switch(open_as):
    dark = open_as("head", color_scheme="dark")
    dark.goto("/")
    assert ground(dark) == "rgb(15, 20, 26)"
    page = open_as("head", color_scheme="light")
    page.goto("/")
    assert ground(page) == "rgb(244, 246, 248)"
    page.locator("details.menu", has=page.locator("[name=theme]")).locator("summary").click()
    page.locator("[name=theme][value=dark]").click()
    page.wait_for_load_state()
    assert ground(page) == "rgb(15, 20, 26)"


@pytest.mark.parametrize(("lang", "theme"), [("zh", "dark"), ("en", "light")])
def test_the_pages_of_parts_and_drafts_can_be_read_by_everybody(world, open_as, lang, theme):
    ref = inquiry(world, "triage").ref
    page = open_as("one", lang, color_scheme=theme)
    page.goto(f"/matters/{ref}/#note")
    page.locator("#note-text").fill("x")
    page.keyboard.press("Control+s")
    expect(page.locator("#note [data-draft-said]")).not_to_be_empty()
    assert look(page, ["/design/", "/drafts/", f"/matters/{ref}/"]) == []
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
