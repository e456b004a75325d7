"""From signing in to the end: by keyboard alone, and without any script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from paizhu.casework.models import Matter
from tests import world as worlds
from tests.browser.conftest import PASSWORD
from tests.world import inquiry


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until the element is focused, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def fill_inquiry(page: Page) -> None:
    tab_to(page, "[name='f.source']")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name='f.concerns']")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name='f.received_date']")
    page.keyboard.type("09262025")
    tab_to(page, "[name='f.named']")
    page.keyboard.press("Space")
    tab_to(page, "[name='f.subject']")
    page.keyboard.type("乙")
    tab_to(page, "[name='f.summary']")
    page.keyboard.type("采购中收受好处")


def test_a_clue_is_entered_by_keyboard_from_signing_in_to_the_receipt(world, open_as):
    worlds.account(world, "keeper", PASSWORD)
    page = open_as("")
    page.goto("/")
    page.keyboard.type("keeper")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="今天")).to_be_visible()
    tab_to(page, "a[href='/matters/new/inquiry/WJ/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/matters/new/inquiry/WJ/")
    fill_inquiry(page)
    tab_to(page, "form .btn-main")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/matters/TX-WJ-\d{4}-\d{4}/$"))
    expect(page.get_by_role("status")).to_contain_text("记入台账第")
    assert Matter.objects.count() == 1


def test_the_head_signs_by_keyboard_from_the_desk(world, open_as):
    ref = inquiry(world, "proposed").ref
    page = open_as("head")
    page.goto("/")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent").strip() == ref
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{ref}/**")
    tab_to(page, "form[action$='/sign/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已办理")
    assert Matter.objects.get(ref=ref).stage == "triage"


def test_keys_find_search_help_and_the_first_action(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one", "en")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(ref)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=**")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Next row")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/matters/{ref}/")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("details.act[open]")).to_have_count(1)


def test_the_skip_link_leads_past_the_head_of_the_page(open_as):
    page = open_as("head")
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_field_appears_when_its_answer_asks_for_it(open_as):
    page = open_as("keeper")
    page.goto("/matters/new/everything/WJ/")
    code = page.locator("[name='f.only_then']")
    expect(code).to_be_hidden()
    page.locator("[name='f.a_yesno'][value='yes']").check()
    expect(code).to_be_visible()
    code.fill("HD-1")
    page.locator("[name='f.a_yesno'][value='no']").check()
    expect(code).to_be_hidden()
    expect(code).to_be_disabled()


def test_a_form_is_sent_once_however_often_one_presses(world, open_as):
    ref = inquiry(world, "triage").ref
    page = open_as("one")
    page.goto(f"/matters/{ref}/#note")
    page.locator("#note-text").fill("只记一次")
    page.evaluate(
        "() => { const f = document.querySelector('#note form'); f.requestSubmit(); f.requestSubmit(); }"
    )
    expect(page.get_by_role("status")).to_be_visible()
    assert page.get_by_text("只记一次").count() == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_main_path_needs_no_script(world, open_as, lang):
    keeper = open_as("keeper", lang, scripts=False)
    keeper.goto("/")
    keeper.locator("a[href='/matters/new/inquiry/WJ/']").click()
    keeper.locator("[name='f.source']").select_option("found")
    keeper.locator("[name='f.concerns']").select_option("staff")
    keeper.locator("[name='f.received_date']").fill("2025-09-26")
    keeper.locator("[name='f.named'][value='no']").check()
    keeper.locator("[name='f.subject']").fill("乙")
    keeper.locator("[name='f.summary']").fill("采购中收受好处")
    keeper.locator("main .btn-main").click()
    ref = keeper.url.rstrip("/").split("/")[-1]
    assert ref.startswith("TX-WJ-")

    keeper.locator("#do-hand_over > summary").click()
    for name in ("one", "two"):
        keeper.locator(f"#do-hand_over [value='{world.key(name)}']").check()
    keeper.locator("#do-hand_over .btn-main").click()

    head = open_as("head", lang, scripts=False)
    head.goto("/")
    head.get_by_role("link", name=ref).first.click()
    head.locator("form[action$='/sign/'] button").click()
    assert Matter.objects.get(ref=ref).stage == "triage"

    officer = open_as("one", lang, scripts=False)
    officer.goto(f"/matters/{ref}/clocks/opinion/")
    expect(officer.locator(".answer time")).to_have_attribute("datetime", re.compile(r"\d{4}-"))


def test_what_was_typed_survives_somebody_acting_first(world, open_as):
    ref = inquiry(world, "triage").ref
    one, two = open_as("one"), open_as("two")
    one.goto(f"/matters/{ref}/do/dispose/")
    two.goto(f"/matters/{ref}/#note")
    two.locator("#note-text").fill("刚核对过合同")
    two.locator("#note .btn-main").click()
    one.locator("[name='f.disposal']").select_option("hold")
    one.locator("[name='f.reasons']").fill("我写了很久的理由")
    one.locator("main form .btn-main").click()
    expect(one.get_by_role("alert")).to_contain_text("没有丢失")
    expect(one.locator("main")).to_contain_text("刚核对过合同")
    expect(one.locator("[name='f.reasons']")).to_have_value("我写了很久的理由")
    one.locator("main form .btn-main").click()
    expect(one.get_by_role("status")).to_contain_text("已提请签批")


def test_rows_are_added_and_bodies_narrowed_by_keyboard(world, open_as):
    page = open_as("keeper")
    page.goto("/matters/new/everything/WJ/")
    rows = page.locator(".lines tbody tr")
    expect(rows).to_have_count(1)
    tab_to(page, "[name='f.some_lines[].what']")
    page.keyboard.type("核对合同")
    tab_to(page, "[data-add-line]")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(2)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "事项 2"
    expect(rows.nth(0).locator("input").first).to_have_value("核对合同")
    expect(rows.nth(1).locator("input").first).to_have_value("")


def test_without_scripts_there_are_spare_rows(world, open_as):
    page = open_as("keeper", scripts=False)
    page.goto("/matters/new/everything/WJ/")
    expect(page.locator(".lines tbody tr")).to_have_count(4)
    expect(page.locator("[data-add-line]")).to_be_hidden()
