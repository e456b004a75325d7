"""How many bytes a browser fetches for each page, at the first visit and later.

Everything is asked as a browser asks, through the whole stack: packed where it is packed, and
free later only where the answer lets the browser keep it.
"""

from __future__ import annotations

import re

import pytest
from django.middleware.gzip import GZipMiddleware

from tests.world import inquiry

KILOBYTE = 1024
FIRST, LATER = 400 * KILOBYTE, 60 * KILOBYTE
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip"}
#: So many bytes of chance Django adds, that no length tells what a page holds.
PADDING = GZipMiddleware.max_random_bytes
FETCHED = re.compile(r'<(?:link|script|img|use)\b[^>]*?(?:href|src)="(/[^"#]+)')
A_WEEK = 7 * 24 * 60 * 60


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def text(client, path: str) -> str:
    return client.get(path).content.decode()


def weights(client, path: str) -> tuple[int, int]:
    """Give the bytes of a first visit and of a later one."""
    first = later = len(body(client.get(path, **GZIP)))
    for address in set(FETCHED.findall(text(client, path))):
        answer = client.get(address, **GZIP)
        assert answer.status_code == 200, address
        size = len(body(answer))
        first += size
        age = re.search(r"max-age=(\d+)", answer["Cache-Control"])
        is_kept = age is not None and int(age[1]) >= A_WEEK and "?v=" in address
        later += 0 if is_kept else size
    return first, later


@pytest.fixture
def pages(world) -> list[tuple[str, str]]:
    ref = inquiry(world, "triage").ref
    for _ in range(12):
        inquiry(world, "in_work")
    return [
        ("one", "/"),
        ("head", "/"),
        ("head", "/matters/"),
        ("one", f"/matters/{ref}/"),
        ("one", f"/matters/{ref}/do/dispose/"),
        ("one", f"/matters/{ref}/clocks/opinion/"),
        ("keeper", "/matters/new/everything/WJ/"),
        ("head", "/flags/"),
        ("head", "/returns/"),
        ("head", "/drafts/"),
        ("head", "/design/"),
        ("liaison", "/"),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_light_at_first_and_lighter_later(pages, as_, lang):
    heavy = {
        (name, path): found
        for name, path in pages
        if (found := weights(as_(name, lang), path))[0] > FIRST or found[1] > LATER
    }
    assert heavy == {}


def test_the_gate_is_light_before_anybody_has_signed_in(client, db):
    first, later = weights(client, "/sign-in/")
    assert 0 < later < first <= FIRST
    assert later <= LATER


def test_our_own_sheets_and_scripts_are_packed_on_their_way(client, db):
    for address in set(FETCHED.findall(text(client, "/sign-in/"))):
        plain, packed = (body(client.get(address, **more)) for more in ({}, GZIP))
        if address.partition("?")[0].endswith((".css", ".js")):
            assert len(packed) - PADDING < len(plain) / 2, address


def test_what_is_not_kept_by_the_browser_counts_every_time(client, db):
    first, later = weights(client, "/sign-in/")
    page = len(body(client.get("/sign-in/", **GZIP)))
    assert abs(later - page) < KILOBYTE
    assert first > 80 * KILOBYTE
