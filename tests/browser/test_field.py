"""On a phone: three taps, no line, nobody signed in, something wrong; and without scripts."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from paizhu.casework import rulebook
from paizhu.casework.models import Matter
from tests import world as worlds
from tests.browser.test_access import look

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SECRET = "验收单由一人代签"
TAPS = "addEventListener('click', (e) => e.isTrusted && e.detail > 0 && countTap(), true)"
READ = """async () => {
  const base = await new Promise((done) => { const o = indexedDB.open('paizhu-field', 1); o.onsuccess = () => done(o.result); });
  const records = await new Promise((done) => { const r = base.transaction('records').objectStore('records').getAll(); r.onsuccess = () => done(r.result); });
  base.close();
  return JSON.stringify(records);
}"""
CACHED = "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat()"


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules over the small institution, today."""
    settings.PAIZHU_PACKS = [NATIONAL]
    settings.PAIZHU_DATA = tmp_path
    rulebook.forget()
    world.today = timezone.localdate()
    return world


def at_the_page(page: Page) -> Page:
    page.goto("/field/")
    expect(page.locator("html")).to_have_attribute("data-offline", "ready")
    return page


def tap(page: Page, words: str) -> None:
    page.locator(".tap", has_text=words).first.tap()


def record(page: Page, seen: str = SECRET) -> None:
    tap(page, "谈话了解")
    tap(page, "市第一医院")
    page.locator("[name='f.topic']").fill("采购人员谈话")
    page.locator("[name='f.who_went']").fill("两名干部")
    page.locator("[name='f.seen']").fill(seen)
    page.locator(".field-save .btn").tap()


def kept(page: Page) -> list[dict[str, object]]:
    return json.loads(page.evaluate(READ))


def test_three_taps_record_a_talk(national, open_as):
    page = open_as("one", **PHONE)
    taps: list[int] = []
    page.expose_function("countTap", lambda: taps.append(1))
    page.add_init_script(TAPS)
    at_the_page(page)
    tap(page, "谈话了解")
    tap(page, "市第一医院")
    expect(page.locator("[name='f.topic']")).to_be_focused()
    page.keyboard.type("采购人员谈话")
    page.keyboard.press("Tab")
    page.keyboard.type("两名干部")
    page.keyboard.press("Tab")
    page.keyboard.type(SECRET)
    page.locator(".field-save .btn").tap()
    expect(page.locator("#kept-list [data-state=sent] a.ref")).to_be_visible()
    assert len(taps) == 3
    assert Matter.objects.get().procedure == "field_activity"
    assert page.locator("#kept-list a.ref").inner_text() == Matter.objects.get().ref


def test_without_a_line_it_is_kept_sealed_and_sent_later(national, open_as):
    page = at_the_page(open_as("one", **PHONE))
    page.context.set_offline(True)
    page.goto("/field/")
    expect(page.locator("#line")).to_contain_text("没有网络")
    record(page)
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(1)
    record(page, "另一处也是")
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(2)
    assert Matter.objects.count() == 0
    assert SECRET not in page.evaluate(READ)
    assert "field_activity" not in page.evaluate(READ)
    page.goto("/field/")
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(2)
    page.context.set_offline(False)
    expect(page.locator("#kept-list [data-state=sent]")).to_have_count(2)
    assert Matter.objects.count() == 2
    assert all("envelope" not in one for one in kept(page)), "what arrived is kept no longer"


def test_the_phone_keeps_this_page_and_no_other(national, open_as):
    page = open_as("one", **PHONE)
    page.goto("/")
    at_the_page(page)
    page.goto("/matters/")
    paths = set(page.evaluate(CACHED))
    assert {path for path in paths if not path.startswith("/static/")} == {"/field/"}
    page.context.set_offline(True)
    page.goto("/field/")
    assert "周经办" not in page.content()


def test_a_repeated_sending_opens_one_matter(national, open_as):
    page = at_the_page(open_as("one", **PHONE))
    lost = []

    def lose(route):
        route.fetch()  # it arrives, and the answer is lost
        lost.append(1)
        route.abort()

    page.context.route("**/field/send/", lose)
    record(page)
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(1)
    assert lost
    assert Matter.objects.count() == 1
    page.context.unroute("**/field/send/")
    page.locator("[data-send-now]").tap()
    expect(page.locator("#kept-list [data-state=sent]")).to_have_count(1)
    assert Matter.objects.count() == 1


def test_signed_out_it_is_kept_until_one_signs_in(national, open_as):
    page = at_the_page(open_as("one", **PHONE))
    session = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    page.context.clear_cookies(name="sessionid")
    record(page)
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(1)
    expect(page.locator("#kept-list a.login")).to_be_visible()
    expect(page.locator("#line")).to_contain_text("未登录")
    page.context.add_cookies([session])
    page.locator("[data-send-now]").tap()
    expect(page.locator("#kept-list [data-state=sent]")).to_have_count(1)
    assert Matter.objects.count() == 1


def test_somebody_else_on_the_same_phone_sends_nothing_of_it(national, open_as):
    page = at_the_page(open_as("one", **PHONE))
    page.context.set_offline(True)
    record(page)
    expect(page.locator("#kept-list [data-state=kept]")).to_have_count(1)
    other = Client()
    other.force_login(worlds.account(national, "two"))
    page.context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": other.cookies["sessionid"].value,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )
    page.context.set_offline(False)
    page.goto("/field/")
    expect(page.locator("#kept-list [data-state=kept] .said")).to_contain_text("另一账号")
    assert Matter.objects.count() == 0


def test_what_the_server_does_not_take_is_opened_and_mended(national, open_as):
    page = at_the_page(open_as("one", **PHONE))
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1)
    tap(page, "谈话了解")
    tap(page, "市第一医院")
    for name, words in (("topic", "采购"), ("who_went", "两名干部"), ("seen", SECRET)):
        page.locator(f"[name='f.{name}']").fill(words)
    page.locator("[name='f.topic']").evaluate(
        "e => { e.removeAttribute('maxlength'); e.value = '长'.repeat(200) }"
    )
    page.locator("[name='f.held_date']").fill(str(tomorrow))
    page.locator(".field-save .btn").tap()
    expect(page.locator("#kept-list [data-state=conflict]")).to_have_count(1)
    page.locator("#kept-list form .btn").tap()
    expect(page.locator("[name='f.seen']")).to_have_value(SECRET)
    page.locator("[name='f.topic']").fill("采购人员谈话")
    page.locator("[name='f.held_date']").fill(str(timezone.localdate()))
    page.locator(".field-save .btn").tap()
    expect(page.locator("#kept-list [data-state=sent]")).to_have_count(1)
    assert Matter.objects.count() == 1


def test_it_works_without_scripts(national, open_as):
    page = open_as("one", scripts=False, **PHONE)
    page.goto("/field/")
    record(page)
    page.wait_for_url("**/matters/**")
    assert Matter.objects.count() == 1


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_axe_finds_nothing_serious_and_nothing_overflows(national, open_as, lang, theme):
    page = open_as("one", lang, color_scheme=theme)
    assert look(page, ["/field/", "/field/?do=field_activity.plan_it.WJ"]) == []
