"""Walk every page of every role of a demonstration in a real browser, and save a picture of each.

    make walk                                  (or python -m scripts.walk --out shots)
    python -m scripts.walk --as wj-head --lang en --theme dark --data /tmp/demo
    python -m scripts.walk --resume            go on where an earlier walk was stopped

The pages are found by following the links of each person after signing in, one page for each
pattern of addresses. It says what is not good, and ends with 1 if there is anything.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

GATES = {"desk": 15, "matters": 10, "matter": 20}
PAIZHU = [sys.executable, "-m", "paizhu.cli.main"]


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--data", type=Path, default=Path("var/walk"), help="made if it is not there"
    )
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--as", dest="people", nargs="+", help="usernames; default: every role")
    parser.add_argument("--lang", nargs="+", choices=["zh", "en"], default=["zh", "en"])
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--once", action="store_true", help="each pattern once, not per person")
    parser.add_argument("--resume", action="store_true", help="leave out what was looked at")
    parser.add_argument("--no-browser", action="store_true", help="only links, queries, bytes")
    return parser.parse_args()


def open_demonstration(data: Path) -> None:
    """Make the demonstration if it is not there, and set Django up over it."""
    os.environ.update(PAIZHU_DATA=str(data.resolve()), PAIZHU_DEMO="1")
    os.environ["DJANGO_SETTINGS_MODULE"] = "paizhu.project.settings"
    # Playwright keeps a loop in this thread; the database is asked one at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    subprocess.run([*PAIZHU, "demo", "--no-serve", "--data", str(data)], check=True)
    import django
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    call_command("migrate", verbosity=0)
    setup_test_environment()


@contextmanager
def served(data: Path) -> Iterator[str]:
    """Serve it on a free port while this runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [*PAIZHU, "serve", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urlopen(f"{base}/sign-in/").close()
                break
            except OSError:
                time.sleep(0.2)
        yield base
    finally:
        server.terminate()
        server.wait()


def crawled(people: list[str], everybody: list[str]) -> tuple[object, list[str]]:
    """Follow their links; give the pages, and what is wrong with links, queries and bytes."""
    from django.test import Client

    from tests.crawling import Crawl
    from tests.web.test_weight import FIRST, LATER, weights

    crawl, found = Crawl(), []
    for person in people:
        client = Client()
        client.get(f"/demo/{person}/")
        crawl.prepare(client)
        for page in crawl.follow(client, person):
            if page.queries > GATES.get(page.pattern, 30):
                found.append(f"{person} {page.path}: {page.queries} queries")
            if not page.is_html:
                continue
            first, later = weights(client, page.path)
            if first > FIRST or later > LATER:
                found.append(f"{person} {page.path}: {first} bytes at first, {later} later")
    found += crawl.dead
    if set(everybody) <= set(people):
        found += [f"no link leads to {name}" for name in sorted(crawl.missed())]
    return crawl, found


def pictured(base: str, crawl: object, given: argparse.Namespace) -> Iterator[str]:
    """Look at each page in a browser; first at the kinds nobody has looked at."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGS, BROWSERS
    from tests.browser.walk import Look, look_at

    kinds: dict[str, list] = crawl.pages  # type: ignore[attr-defined]
    deepest = 1 if given.once else max(map(len, kinds.values()))
    line = [(k, pages[n]) for n in range(deepest) for k, pages in kinds.items() if n < len(pages)]
    given.out.mkdir(parents=True, exist_ok=True)
    # One line for each page that was looked at to its end, and below it what was not good.
    kept = given.out / "looked-at.txt"
    before = kept.read_text(encoding="utf-8").splitlines() if given.resume and kept.exists() else []
    with sync_playwright() as playwright:
        found = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=found, args=ARGS)
        for lang in given.lang:
            tabs: dict[str, object] = {}
            for key, page in line:
                name = f"{key.replace(':', '-')}-{page.person}"
                if not page.is_html or f"{name} {lang} {given.theme}" in before:
                    continue
                tab = tabs.get(page.person)
                if tab is None:
                    context = browser.new_context(
                        base_url=base, color_scheme=given.theme, reduced_motion="reduce"
                    )
                    context.add_cookies([{"name": "paizhu_lang", "value": lang, "url": base}])
                    context.set_default_timeout(60_000)
                    tab = tabs[page.person] = context.new_page()
                    tab.goto(f"/demo/{page.person}/")
                wrong = look_at(tab, page.path, Look(lang, folder=given.out), name)
                with kept.open("a", encoding="utf-8") as said:
                    print(f"{name} {lang} {given.theme}", *wrong, sep="\n", file=said)
                yield from wrong
                print(".", end="", flush=True)


def main() -> int:
    """Walk, and say what is not good."""
    given = asked()
    open_demonstration(given.data)
    from paizhu.demo.roles import ROLES

    everybody = [name for name, _ in ROLES]
    people = given.people or everybody
    started = time.process_time()
    crawl, found = crawled(people, everybody)
    pages = [page for some in crawl.pages.values() for page in some]  # type: ignore[attr-defined]
    print(f"{len(pages)} pages of {len(people)} people, {len(crawl.pages)} kinds")  # type: ignore[attr-defined]
    for line in found:
        print(line, flush=True)
    if not given.no_browser:
        with served(given.data) as base:
            for line in pictured(base, crawl, given):
                found.append(line)
                print(f"\n{line}", flush=True)
    print(f"\n{len(found)} findings, {time.process_time() - started:.0f} s of this process")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
