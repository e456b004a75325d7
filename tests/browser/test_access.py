"""Everybody can read the pages: axe finds nothing serious, nothing overflows, in both languages."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe

from paizhu.casework import rulebook
from tests.analysis.conftest import purchase, write_csv
from tests.browser.walking import Walker
from tests.desk import stories, together
from tests.web.test_flags import raise_a_flag
from tests.world import inquiry

SERIOUS = ("serious", "critical")
#: Everything is asked and what is wrong is told whole; only nobody reads where in a tree it stands.
AXE = {"resultTypes": ["violations"], "selectors": False}
#: axe reads the words of a few colors thousands of times over, which was a quarter of its work.
READ_ONCE = """;(() => {
  const color = axe.commons.color.Color.prototype, parse = color.parseString, known = new Map();
  color.parseString = function (words) {
    if (known.has(words)) return Object.assign(this, known.get(words));
    parse.call(this, words);
    known.set(words, { r: this.r, g: this.g, b: this.b, alpha: this.alpha });
    return this;
  };
})()"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def addresses(world) -> dict[str, list[str]]:
    """Give the pages of three people; matters stand in every stage."""
    refs = {
        stage: inquiry(world, stage).ref
        for stage in ("registered", "proposed", "triage", "in_work", "closed")
    }
    return {
        "": ["/sign-in/", "/nowhere/"],
        "keeper": ["/", "/matters/new/everything/WJ/", f"/matters/{refs['registered']}/"],
        "head": [
            "/",
            "/matters/",
            "/matters/?q=nothing",
            "/flags/",
            f"/matters/{refs['proposed']}/",
        ],
        "one": [
            f"/matters/{refs['triage']}/",
            f"/matters/{refs['triage']}/do/dispose/",
            f"/matters/{refs['triage']}/clocks/opinion/",
            f"/matters/{refs['triage']}/access/",
            f"/matters/{refs['closed']}/",
        ],
        "leader": [f"/matters/{refs['in_work']}/"],
    }


def serious(page, *, contrast: bool = True) -> list[str]:
    """Open every folded part, then let axe look."""
    rules = {} if contrast else {"rules": {"color-contrast": {"enabled": False}}}
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe(AXE_SCRIPT + READ_ONCE).run(page, options={**AXE, **rules}).response["violations"]
    return [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_every_page_can_be_read_by_everybody(addresses, open_as, lang, theme):
    found: list[str] = []
    for name, paths in addresses.items():
        page = open_as(name, lang, color_scheme=theme)
        found += look(page, paths)
    assert found == []


def look(page, paths: list[str], *, contrast: bool = True) -> list[str]:
    """Let axe look at pages, and see that nothing overflows at any width.

    Contrast hangs on the theme and not on the language: it is left out where the same pages are
    looked at in the same theme and the other language.
    """
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += serious(page, contrast=contrast) + unsound(page)
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(OVERFLOW) > 0:
                found.append(f"{page.url} overflows at {width}")
    return found


def unsound(page) -> list[str]:
    """One heading, one main part, no id twice."""
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    sound = (
        page.locator("h1").count() == 1
        and page.locator("main").count() == 1
        and len(ids) == len(set(ids))
    )
    return [] if sound else [f"{page.url}: headings, main or ids"]


def test_axe_finds_nothing_serious_on_a_form_sent_back(open_as):
    page = open_as("keeper")
    page.goto("/matters/new/everything/WJ/")
    page.locator("main form .btn-main").click()
    assert page.locator(".wrong").count() > 3
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert serious(page) == []


def test_flags_and_imports_can_be_read_by_everybody(world, settings, tmp_path, open_as):
    flag = raise_a_flag(world, settings, tmp_path)
    page = open_as("one")
    found: list[str] = []
    flagged = ["/flags/", f"/flags/{flag.pk}/", f"/flags/{flag.pk}/ask/"]
    found += look(page, [*flagged, "/sources/", "/imports/"])
    page.locator("#file").set_input_files(write_csv(tmp_path / "新台账.csv", [purchase(7)]))
    page.locator("main .btn-main").click()
    page.wait_for_url("**/imports/*/")
    found += serious(page) + unsound(page)
    assert found == []


@pytest.fixture
def everybody(transactional_db, settings):
    """The national pack, and everybody it speaks of."""
    settings.PAIZHU_PACKS = [together.PACK]
    rulebook.forget()
    yield together.whole_world()
    rulebook.forget()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_working_together_can_be_read_by_everybody(everybody, live_server, chromium, lang):
    world = everybody
    ref = together.opened(
        world, "OR_case_office", "deployment",
        topic="高值耗材专项", category="sector", classes=["combined"], content="查", term="long",
    )  # fmt: skip
    walker = Walker(chromium, live_server.url)
    walker.lang = lang

    def seen(name: str, *paths: str) -> list[str]:
        return look(walker.at(world, name, "/"), list(paths), contrast=lang == "zh")

    found = seen("OR_case_office", f"/matters/{ref}/")  # a form with many bodies
    stories.signed(world, ref, ("OR_duty_leader",), "OR_case_office", "launch", teams=["WJ", "JY"])
    found += seen("OR_case_office", f"/matters/{ref}/")
    sent = together.transfer(world)
    stories.signed(world, sent, ("WJ_head",), "WJ_keeper", "offer", recipient="SJJ")
    found += seen("SJJ_partner_contact", "/", f"/matters/{sent}/")
    found += seen("WJ_section_head", "/", "/matters/", "/sources/")
    found += seen("WJ_officer", "/matters/new/consultation/WJ/")
    walker.close()
    assert found == []
