"""The main paths in a browser that runs no script: ask, answer, close; sign; return; take a book in.

The long stories are lived through the pages with scripts in `test_stories.py`. Here one of them is
lived whole in a browser that runs none, and the other two by what such a browser would send.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from paizhu.analysis import sources
from paizhu.analysis.models import Load
from paizhu.casework import rulebook
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid
from tests.analysis.conftest import purchase, write_csv
from tests.browser import sending, test_stories
from tests.browser.sending import Page as PageRead
from tests.browser.sending import Sender
from tests.browser.walking import Walker, fill
from tests.desk import test_story_of_a_complaint as complaint
from tests.desk import test_story_of_consultation as consultation
from tests.desk import test_story_of_repair as repair
from tests.world import ROOT, World, inquiry

NATIONAL = ROOT / "packs" / "cn-discipline"


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules over the small institution, today."""
    settings.PAIZHU_PACKS = [NATIONAL]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    world.today = timezone.localdate()
    return world


@pytest.fixture
def plain(open_as):
    """Open a browser without scripts as somebody."""
    return lambda name, lang="zh": open_as(name, lang, scripts=False)


def act(page: Page, world, ref: str, action: str, **raw: object) -> None:
    """Take an action from the page of its matter."""
    page.goto(f"/matters/{ref}/")
    part = page.locator(f"details#do-{action}")
    part.locator("summary").first.click()
    fill(part, world, raw)
    part.locator(".btn-main").click()
    expect(page.locator("[role=status]").first).to_be_visible()


def sign(page: Page, ref: str) -> None:
    """Sign what waits, found from the desk."""
    page.goto("/")
    page.locator("#waiting a.ref", has_text=ref).first.click()
    page.locator("form[action$='/sign/'] button").first.click()
    expect(page.locator("[role=status]").first).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_question_is_asked_answered_and_closed(national, plain, lang):
    world, officer, liaison = national, plain("one", lang), plain("liaison", lang)
    officer.goto("/matters/new/question/WJ/")
    asked = {
        "unit": "YY", "origin": "supervision", "seen": "同日三次采购", "asks": "请说明原因",
        "unit_signs": "no",
    }  # fmt: skip
    fill(officer.locator("main form").last, world, asked)
    officer.locator("main form .btn-main").last.click()
    ref = officer.url.rstrip("/").split("/")[-1]
    assert Matter.objects.get(ref=ref).stage == "asked"

    liaison.goto("/")
    liaison.locator(".next .btn-main").first.click()
    form = liaison.locator("main form", has=liaison.locator(".asks"))
    fill(form, world, {"answer": "三次采购各有急需，附审批单编号。"})
    form.locator(".btn-main").click()
    assert Matter.objects.get(ref=ref).stage == "answered"

    act(officer, world, ref, "accept", reasons="答复与凭证相符")
    sign(plain("section_head", lang), ref)
    assert Matter.objects.get(ref=ref).stage == "closed"


def test_a_proposal_is_signed_from_the_stack(world, plain):
    ref = inquiry(world, "proposed").ref
    page = plain("head")
    page.goto("/approvals/")
    page.locator("[data-decide=a]").click()
    expect(page.locator("[role=status]").first).to_contain_text(ref)
    assert Matter.objects.get(ref=ref).stage == "triage"


def test_a_proposal_is_returned_and_proposed_again(world, plain):
    ref = inquiry(world, "proposed").ref
    page = plain("head", "en")
    page.goto(f"/matters/{ref}/")
    part = page.locator("details.act", has=page.locator("form[action$='/return/']"))
    part.locator("summary").first.click()
    part.locator("[name='f.reasons']").fill("Name two officers")
    part.locator(".btn-main").click()
    assert not world.card("head", ref).proposals
    seats = [world.key("one"), world.key("two")]
    act(plain("keeper"), world, ref, "hand_over", seats=seats)
    assert world.card("head", ref).proposals


def test_a_return_without_reasons_is_refused_beside_its_field(world, plain):
    ref = inquiry(world, "proposed").ref
    page = plain("head")
    page.goto(f"/approvals/?at={ref}")
    page.locator("details.return > summary").click()
    page.locator("details.return .btn-main").click()
    expect(page.locator("details.return .wrong").first).to_be_visible()
    assert world.card("head", ref).proposals


def test_a_book_is_taken_in(national, plain, tmp_path):
    now = timezone.now()
    sources.register(
        actor=national.who("one"), key="yy", table="purchases", body="YY", purpose="采购专项监督",
        plan_ref="JH-1", expires_date=national.today + timedelta(days=90), now=now,
    )  # fmt: skip
    sources.approve("yy", actor=national.who("head"), now=now)
    page = plain("one")
    page.goto("/imports/")
    page.locator("#file").set_input_files(
        write_csv(tmp_path / "采购台账.csv", [purchase(number) for number in range(5)])
    )
    page.locator("main form .btn-main").click()
    page.wait_for_url("**/imports/*/")
    page.locator("button[value=store]").click()
    expect(page.locator("main")).to_contain_text("5")
    assert Load.objects.count() == 1


def test_filters_themes_and_languages_need_no_script(world, plain):
    ref = inquiry(world, "triage").ref
    page = plain("one")
    page.goto("/matters/")
    page.locator("form[method=get] select[name=state]").select_option("open")
    page.locator("form.filters .btn").first.click()
    page.wait_for_url("**state=open**")
    expect(page.locator("a.ref", has_text=ref)).to_be_visible()
    page.locator("form[action='/language/'] button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_phone_goes_on_to_what_is_not_in_its_bar(world, plain, lang):
    page = plain("head", lang)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    more = page.locator("nav.rail details.more")
    expect(page.locator("nav.rail li.beyond a").first).to_be_hidden()
    more.locator("summary").click()
    more.locator("a[href='/imports/']").click()
    page.wait_for_url("**/imports/")
    expect(more.locator("a[aria-current]")).to_have_count(1)
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(more).to_be_hidden()
    expect(page.locator("nav.rail li.beyond a[href='/imports/']")).to_be_visible()


# --- the long stories ---------------------------------------------------------------------------


@pytest.fixture
def lived_by(transactional_db, settings, monkeypatch, live_server, chromium):
    """The people of the long stories, who do each step as somebody without scripts does."""

    def lived(walker):
        monkeypatch.setattr(test_stories, "Walker", walker)
        living.append(
            test_stories.life.__wrapped__(
                transactional_db, settings, monkeypatch, live_server, chromium
            )
        )
        return next(living[-1])

    living: list[Generator[World]] = []
    yield lived
    for one in living:
        assert next(one, None) is None


def test_from_consultation_to_guidance_a_browser_needs_no_script(lived_by):
    consultation.test_from_consultation_to_guidance(lived_by(partial(Walker, scripts=False)))


@pytest.mark.parametrize(
    "story",
    [
        repair.test_from_deployment_to_look_back,
        complaint.test_from_complaint_to_execution_and_clarification,
    ],
    ids=["deployment", "complaint"],
)
def test_a_long_story_is_lived_by_links_and_forms_alone(lived_by, story):
    """By what a browser without scripts would send; the browser itself is seen in the others."""
    story(lived_by(lambda _browser, _base: Sender()))


def test_what_the_page_keeps_out_of_reach_cannot_be_sent(world, live_server):
    """The reader of pages is itself no better than a browser: hidden and locked is out of reach."""
    page = PageRead(
        "<form><div hidden><input name='f.a'></div><fieldset disabled><input name='f.b'></fieldset>"
        "<input type=radio name='f.c' value='1' checked><input type=radio name='f.c' value='2'>"
        "<select name='f.d'><option value=''><option value='x'></select>"
        "<textarea name='f.e'>\nas it was</textarea></form>"
    )
    (form,) = page.top.all("form")
    for wrong in ({"a": "1"}, {"b": "1"}, {"c": "3"}, {"d": "y"}, {"none": "1"}):
        with pytest.raises(Invalid):
            sending.fill(form, world, wrong)
    sent = sending.fill(form, world, {"c": "2", "d": "x"})
    assert sent == {"f.a": [""], "f.c": ["2"], "f.d": ["x"], "f.e": ["as it was"]}
