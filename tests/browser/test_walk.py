"""Every kind of page once, found by following links: readable, narrow enough, in one language.

`make walk` does the same for every page of every role, in both languages, and saves pictures.
"""

from __future__ import annotations

import pytest
from django.test import Client

from paizhu.demo.roles import ROLES
from paizhu.registry.models import Account
from tests.browser.walk import WIDTHS, Look, look_at
from tests.crawling import NOT_LINKED, Crawl, readable
from tests.web.test_weight import FIRST, LATER, weights

GATES = {"desk": 15, "matters": 10, "matter": 20}
#: What no other page asks more than; the dearest is a return with all its figures.
GATE = 30
LANGS = ("zh", "en")
#: What only the large demonstration holds: two matters at the same step. `make walk` goes there.
NOT_IN_SMALL = {"together_step"}


def client_of(username: str, lang: str = "zh") -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=username))
    client.cookies["paizhu_lang"] = lang
    return client


@pytest.fixture
def crawl(demo) -> Crawl:
    """The small demonstration of today, followed by everybody it offers."""
    found = Crawl()
    for username, _ in ROLES:
        client = client_of(username)
        found.prepare(client)
        found.follow(client, username)
    return found


def too_dear(crawl: Crawl) -> list[str]:
    """Give the pages that ask the database or the line for more than their due."""
    found = []
    for pages in crawl.pages.values():
        for page in pages:
            if page.queries > GATES.get(page.pattern, GATE):
                found.append(f"{page.person} {page.path}: {page.queries} queries")
        first, later = (
            weights(client_of(pages[0].person), pages[0].path) if pages[0].is_html else (0, 0)
        )
        if first > FIRST or later > LATER:
            found.append(f"{pages[0].path}: {first} bytes at first, {later} later")
    return found


def looked_at(crawl: Crawl, chromium, base: str) -> list[str]:
    """Look at each kind of page once; languages and widths take turns."""
    tabs, found = {}, []
    for number, (key, pages) in enumerate(crawl.pages.items()):
        page, lang = pages[0], LANGS[number % 2]
        if not page.is_html:
            continue
        if (page.person, lang) not in tabs:
            context = chromium.new_context(base_url=base)
            jar = client_of(page.person, lang).cookies
            context.add_cookies(
                [{"name": one.key, "value": one.value, "url": base} for one in jar.values()]
            )
            tabs[page.person, lang] = context.new_page()
        widths = (360, WIDTHS[number % len(WIDTHS)])
        found += look_at(tabs[page.person, lang], page.path, Look(lang, widths), key)
    for tab in tabs.values():
        tab.context.close()
    return found


def test_every_kind_of_page_is_linked_light_readable_and_in_one_language(
    crawl, live_server, chromium
):
    assert crawl.missed() <= NOT_IN_SMALL, "no link leads there"
    assert crawl.dead == []
    assert too_dear(crawl) == []
    assert looked_at(crawl, chromium, live_server.url) == []


def test_what_is_said_to_be_not_linked_is_an_address():
    assert set(NOT_LINKED) <= readable() | {"keep_draft"}
