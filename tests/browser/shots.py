"""Save pictures of the main pages from a running demonstration, to be looked at.

    python -m tests.browser.shots http://127.0.0.1:8000 --as wj-officer-1 wj-head --out shots

Each account is opened by the one-click address of the demonstration. The pages are found as a
person finds them: by following the first link of each kind.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

WIDTHS = (1440, 390)
#: name of the picture: page to start from, link to follow from there (None: the page itself)
PAGES: dict[str, tuple[str, str | None]] = {
    "desk": ("/", None),
    "list": ("/matters/", None),
    "matter": ("/matters/?state=open&order=due", "td a.ref"),
    "why": ("/matters/?state=open&order=due", "td a.chip"),
    "new": ("/", "a[href^='/matters/new/']"),
    "flags": ("/flags/?status=all", None),
    "flag": ("/flags/?status=all", "td a.title"),
    "import": ("/imports/", None),
}


def show(page: Page, start: str, link: str | None) -> bool:
    """Go to a page as a person would; say whether there is one."""
    page.goto(start)
    if link is None:
        return True
    target = page.locator(f"main {link}").first
    if not target.count():
        return False
    page.goto(str(target.get_attribute("href")))
    return True


def main() -> None:
    """Save every page of every account, in both languages and widths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument(
        "--as", dest="accounts", nargs="+", default=["wj-officer-1", "wj-head", "wjw-liaison"]
    )
    parser.add_argument("--out", type=Path, default=Path("shots"))
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        for lang in ("zh", "en"):
            for width in WIDTHS:
                context = browser.new_context(
                    base_url=given.base,
                    viewport={"width": width, "height": 900},
                    color_scheme=given.theme,
                )
                context.add_cookies([{"name": "paizhu_lang", "value": lang, "url": given.base}])
                page = context.new_page()
                page.goto("/sign-in/")
                page.screenshot(path=given.out / f"sign-in-{lang}-{width}.png")
                for account in given.accounts:
                    page.goto(f"/demo/{account}/")
                    for name, (start, link) in PAGES.items():
                        if show(page, start, link):
                            file = given.out / f"{account}-{name}-{lang}-{width}.png"
                            page.screenshot(path=file, full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
