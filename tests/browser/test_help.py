"""The first look round by keyboard, kept once; glossary and manuals readable by everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from paizhu.casework import rulebook
from paizhu.web.models import SeenTour
from tests import world as worlds
from tests.browser.test_access import look, serious
from tests.desk.test_today import question

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


@pytest.mark.parametrize("name", ["one", "head", "leader", "liaison"])
def test_one_is_shown_round_by_keyboard_and_only_once(national, open_as, name):
    question(national)
    page = open_as(name)
    page.goto("/")
    start = page.locator("[data-tour-start]")
    start.focus()
    page.keyboard.press("Enter")
    card = page.locator(".tour-card")
    expect(card).to_be_visible()
    seen = set()
    for _ in range(8):
        seen.add(card.locator("h2").inner_text())
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert box["x"] + box["width"] <= page.viewport_size["width"]
        assert box["y"] + box["height"] <= page.viewport_size["height"]
        if card.locator(".btn-main").inner_text() == "完成":
            break
        page.keyboard.press("Enter")
    assert len(seen) >= 3
    page.keyboard.press("ArrowLeft")
    assert card.locator("h2").inner_text() in seen
    with page.expect_response("**/help/seen/"):
        page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    page.goto("/")
    assert page.locator("[data-tour]").count() == 0
    assert SeenTour.objects.count() == 1


def test_the_card_can_be_read_by_everybody_on_a_phone(national, open_as):
    page = open_as("one", "en", viewport={"width": 360, "height": 640})
    page.goto("/")
    page.locator("[data-tour-start]").click()
    expect(page.locator(".tour-card")).to_be_visible()
    assert serious(page) == []


def test_without_scripts_the_tour_is_a_page_and_can_be_dismissed(world, open_as):
    page = open_as("one", scripts=False)
    page.goto("/")
    assert not page.locator("[data-tour-start]").is_visible()
    page.locator("[data-tour] a").click()
    page.wait_for_url("**/help/")
    page.goto("/")
    page.locator("[data-tour] form button").click()
    assert page.locator("[data-tour]").count() == 0


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_and_nothing_overflows(national, open_as, lang, theme):
    page = open_as("one", lang, color_scheme=theme)
    paths = ["/help/", "/glossary/", "/manual/", "/manual/clue/", "/manual/joint_case/", "/"]
    assert look(page, paths) == []
