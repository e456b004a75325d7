"""Pictures in a real browser: drawn under the strict policy, readable by everybody, on paper too."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from paizhu.analysis.pictures.catalog import PICTURES
from paizhu.casework import rulebook
from tests import world as worlds
from tests.browser.test_access import look
from tests.desk.test_pages_by_role import field_activity
from tests.desk.test_today import question
from tests.web.test_flags import raise_a_flag
from tests.world import sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
PATHS = [f"/pictures/{one.name}/" for one in PICTURES]
#: Says whether anything was drawn on the canvas at all.
INK = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let inked = 0;
  for (let at = 3; at < data.length; at += 4) inked += data[at] > 0;
  return inked;
}"""


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules, some matters, and a purchase book."""
    world.today = timezone.localdate()
    raise_a_flag(world, settings, tmp_path)
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    question(world)
    ref = field_activity(world)
    take(world, "one", ref, "cancel", reasons="改期")
    sign(world, "head", ref)
    return world


def inked(page: Page) -> int:
    return page.locator(".picture canvas").first.evaluate(INK)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_every_picture_is_drawn_and_can_be_read(national, open_as, lang, theme):
    page = open_as("head", lang, color_scheme=theme)
    for path in PATHS:
        page.goto(path)
        if path != "/pictures/repairs/":  # there are none yet, and it says so
            expect(page.locator("[data-drawn]")).to_be_visible()
            assert inked(page) > 500, path
    assert look(page, ["/pictures/", *PATHS, "/pictures/flow/records/"]) == []


def test_a_part_of_a_picture_opens_the_records_it_counts(national, open_as):
    page = open_as("head")
    page.goto("/pictures/powers/")
    drawn = page.evaluate("JSON.parse(document.getElementById('picture-data').textContent).cells")
    assert drawn
    box = page.locator(".picture canvas").first.bounding_box()
    # One unit: its row fills what is below the heads.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 14)
    page.wait_for_url("**/pictures/powers/records/**")
    assert page.locator("[data-row]").count() == drawn[0][2]


def test_without_scripts_the_table_says_it_all(national, open_as):
    page = open_as("head", scripts=False)
    page.goto("/pictures/flow/")
    assert not page.locator(".picture").is_visible()
    page.locator("tbody td a").first.click()
    page.wait_for_url("**/records/**")
    assert page.locator("[data-row]").count() >= 1


def test_on_paper_it_is_light_and_as_wide_as_the_paper(national, open_as):
    page = open_as("head", color_scheme="dark")
    page.goto("/pictures/ageing/")
    expect(page.locator("[data-drawn]")).to_be_visible()
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')) }")
    # A4 without its margins is 673 px; a panel takes its edges off that.
    assert page.locator(".picture-canvas").bounding_box()["width"] == 620
    expect(page.locator(".picture-canvas canvas")).to_have_count(1)
    page.evaluate("() => { dispatchEvent(new Event('afterprint')) }")
    assert page.locator(".picture-canvas").bounding_box()["width"] > 680
