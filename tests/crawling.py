"""Finds pages as a person finds them: by following the links of what is shown after signing in.

`Crawl.follow` takes one person through the product and keeps, for each pattern of addresses, the
first page of that pattern; so nobody keeps a list of pages that a new page is forgotten on.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import chain
from urllib.parse import urlencode, urljoin, urlsplit

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

#: A link, and a form that only asks.
LINKS = re.compile(r'<a\b[^>]*?\bhref="([^"]+)"')
ASKS = re.compile(r'<form\b(?=[^>]*\bmethod="get")[^>]*?\baction="([^"]+)"[^>]*>(.*?)</form>', re.S)
CHOICE = re.compile(r'<select\b[^>]*\bname="([^"]+)".*?<option value="([^"]*)"', re.S)
#: So many pages of one pattern are opened per person before the pattern is taken as seen.
TRIES = {"matter": 8, "unit": 3, "return_choose": 4, "computation": 2}
#: A page of each of these is a page of its own, and not one more of the same.
APART = {"picture": "name"}
#: Why nobody is led there by a link. Whoever adds an address either links to it or says so here.
NOT_LINKED = {
    "demo_sign_in": "whoever follows it is somebody else from there on",
    "second_step": "follows a password where the account has a second factor",
    "welcome": "the secret link of a new account, handed over on paper",
    "due_feed": "a secret address for a calendar, shown once",
    "quick": "asked by the palette",
    "field_worker": "asked by the browser for the page that works without a line",
    "field_ready": "asked by the page that works without a line",
    "import": "follows a file that was sent",
    "keep_draft": "asked by a form",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page somebody was shown."""

    person: str
    pattern: str
    path: str
    status: int
    queries: int
    is_html: bool
    text: str = field(repr=False)

    @property
    def key(self) -> str:
        """Give the pattern; of pages that are drawn differently by name, also the name."""
        return key_of(self.path) or self.pattern


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Give each address of the pages, without the interface for programs."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif str(entry.pattern) != "api/":
            yield from patterns(entry)


def readable() -> set[str]:
    """Give the names of the patterns that may be opened, and not only sent to."""
    return {str(one.name) for one in patterns() if _may_be_opened(one)}


def _may_be_opened(one: URLPattern) -> bool:
    """Say whether GET is among the methods, which stand in the closure of Django's decorator."""
    view: object = one.callback
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            if isinstance(cell.cell_contents, list) and "POST" in cell.cell_contents:
                return "GET" in cell.cell_contents
        view = getattr(view, "__wrapped__", None)
    return True


def key_of(path: str) -> str | None:
    """Give what a path is an example of; None where there is no such address."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    if not found.url_name or "api" in found.namespaces or path.startswith("/api/"):
        return None
    apart = APART.get(found.url_name)
    return f"{found.url_name}:{found.kwargs[apart]}" if apart else found.url_name


def links(text: str, at: str) -> Iterator[str]:
    """Give the addresses of this product that a page leads to, in its order."""
    asked = (
        f"{action}?{urlencode(CHOICE.findall(inside))}" for action, inside in ASKS.findall(text)
    )
    for raw in chain(LINKS.findall(text), asked):
        target = urlsplit(urljoin(at, unescape(raw)))
        if not target.netloc and target.path.startswith("/"):
            yield target.path + (f"?{target.query}" if target.query else "")


def get(client: Client, path: str) -> tuple[HttpResponse, str, int]:
    """Open a page as a browser does, through what sends elsewhere; count its queries."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(path)
    if answer.status_code in (301, 302) and answer["Location"].startswith("/"):
        return get(client, answer["Location"])
    return answer, path, len(caught)


class Crawl:
    """What was found so far, by whomever."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Page]] = {}
        self.dead: list[str] = []
        #: Patterns that only lead on to another page.
        self.passed: set[str] = set()

    def follow(self, client: Client, person: str) -> list[Page]:
        """Follow the links of one person."""
        mine: dict[str, Page] = {}
        tries: Counter[str] = Counter()
        seen, line = {"/"}, deque([("/", "")])
        while line:
            path, came_from = line.popleft()
            key = key_of(path)
            if key is None:
                self.dead.append(f"{came_from} leads {person} to {path}")
                continue
            name = key.partition(":")[0]
            if name == "demo_sign_in":
                continue
            if tries[key] >= (1 if ":" in key else TRIES.get(name, 1)):
                continue
            tries[key] += 1
            page = self._open(client, person, path, came_from)
            if page is None:
                continue
            mine.setdefault(page.key, page)
            for link in links(page.text, page.path) if page.is_html else ():
                if link not in seen:
                    seen.add(link)
                    line.append((link, page.path))
        for key, page in mine.items():
            self.pages.setdefault(key, []).append(page)
        return list(mine.values())

    def _open(self, client: Client, person: str, path: str, came_from: str) -> Page | None:
        asked, (answer, path, queries) = path, get(client, path)
        if asked != path and answer.status_code == 200:
            self.passed.add(str(key_of(asked)))
        if answer.status_code != 200:
            self.dead.append(f"{came_from} leads {person} to {path}: {answer.status_code}")
            return None
        is_html = answer["Content-Type"].startswith("text/html")
        text = answer.content.decode() if is_html else ""
        found = resolve(urlsplit(path).path)
        return Page(person, str(found.url_name), path, 200, queries, is_html, text)

    @staticmethod
    def prepare(client: Client) -> None:
        """Have one return counted and one filter kept, as the demonstration holds none.

        Also the first page of a session, which asks and keeps what the others need not.
        """
        client.get("/")
        answer = client.get("/returns/")
        page = answer.content.decode() if answer.status_code == 200 else ""
        for path in [one for one in links(page, "/returns/") if key_of(one) == "return"][:1]:
            client.post(path)
            client.post(path)
        client.post("/filters/", {"name": "2026", "state": "open", "order": "due"})

    def missed(self) -> set[str]:
        """Give the patterns that nobody reached and nothing excuses."""
        reached = {key.partition(":")[0] for key in self.pages}
        return readable() - reached - self.passed - set(NOT_LINKED)
