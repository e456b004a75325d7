"""Looks at pages in a real browser: axe, width, words, and a picture of each to be looked at.

The pages are those that `tests.crawling` found. `scripts/walk.py` walks all of them for everybody;
`test_walk.py` each kind once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Page as Tab

from tests.browser.test_access import OVERFLOW, serious, unsound

ROOT = Path(__file__).resolve().parents[2]
WIDTHS = (360, 768, 1440)
PICTURED = (360, 1440)
#: A drawing follows the width of its window a moment later.
DRAWING = 500
#: What people wrote, and what came with data, stays in the language it was written in.
TYPED = (
    ".kept-lines, .said, .wrap, .cells, .story, .crumbs, .tally th, .typed, textarea, option, "
    ".seal, .title, .body, .why .facts dd, [aria-labelledby=names-title], h1, title, pre"
)
#: A number of an article or of a document is the same in both languages.
NUMBERS = re.compile(
    r"第[零一二三四五六七八九十百千\d]+[编章节条款项]|(?:×|[A-Z]*)[一-鿿]*〔(?:\d{4}|×{4})〕\S*|“[^”]*”"
)
CHINESE = re.compile(r"[一-鿿]{2,}")
#: A key nobody translated, a place nobody filled in, a value nobody showed.
RAW = re.compile(
    r"(?<![\w.@/:-])(?:[a-z]+(?:_[a-z]+)+|\{\w+\}|None(?! [a-z])|undefined|NaN|(?:person|body):\d+|post:\w+)(?![\w.@/-])"
)
#: The name of a language is said in that language.
IN_ITSELF = {"中文", "English"}
ENGLISH = re.compile(r"(?:\b[A-Za-z]{3,}\b[ ,]+){3,}")
#: Where a key or English is what is meant.
KEYED = "code, kbd, pre, .hash, textarea, option, .kept-lines, .said, .wrap, .cells"
NODES = """([typed, keyed]) => {
  const found = [], words = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const of = node.parentElement, text = node.data.trim();
    // What says that it is in another language is said in it on purpose.
    if (!text || of.closest('script, style, noscript, body [lang]')) continue;
    found.push([text, Boolean(of.closest(typed)), Boolean(of.closest(keyed))]);
  }
  for (const of of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [data-head]'))
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-head']) {
      const text = of.getAttribute(name);
      if (text) found.push([text, Boolean(of.closest(typed)), Boolean(of.closest(keyed))]);
    }
  return found;
}"""
OURS = (
    (ROOT / "src/paizhu/web/templates", "*.html", re.compile(r"""\{%\s*t\s+["']([^"']+)["']""")),
    (ROOT / "src/paizhu", "*.py", re.compile(r'Text\(\s*"([^"]+)"')),
    (ROOT / "packs", "*.yaml", re.compile(r"""\bzh:\s*["']?([^"',}\n]+)""")),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at one page."""

    lang: str
    widths: tuple[int, ...] = WIDTHS
    folder: Path | None = None


@cache
def our_words() -> frozenset[str]:
    """Give every Chinese text that the product and its packs say."""
    said = set()
    for folder, ending, pattern in OURS:
        for file in folder.rglob(ending):
            said |= {text.strip() for text in pattern.findall(file.read_text(encoding="utf-8"))}
    return frozenset(text for text in said if CHINESE.search(text))


def untranslated(tab: Tab, lang: str) -> list[str]:
    """Give what stands there in no language or in the other one."""
    found = []
    if not str(tab.locator("html").get_attribute("lang")).startswith(lang):
        found.append("the page does not say its language")
    for text, is_typed, is_keyed in tab.evaluate(NODES, [TYPED, KEYED]):
        if text in IN_ITSELF:
            continue
        if not is_keyed and (raw := RAW.search(NUMBERS.sub("", text))):
            found.append(f"raw {raw[0]!r} in {text[:60]!r}")
        is_ours = not is_typed or text in our_words()
        if lang == "en" and is_ours and CHINESE.search(NUMBERS.sub("", text)):
            found.append(f"Chinese {text[:60]!r}")
        foreign = lang == "zh" and not (is_keyed or is_typed or CHINESE.search(text))
        if foreign and ENGLISH.search(text):
            found.append(f"English {text[:60]!r}")
    return sorted(set(found))


def look_at(tab: Tab, path: str, how: Look, name: str) -> list[str]:
    """Open a page, save its picture, and give what is not good about it."""
    tab.set_viewport_size({"width": how.widths[-1], "height": 900})
    tab.goto(path)
    if how.folder:
        for width in PICTURED:
            tab.set_viewport_size({"width": width, "height": 900})
            if tab.locator("canvas").count():
                tab.wait_for_timeout(DRAWING)
            file = how.folder / f"{name}-{how.lang}-{width}.png"
            tab.screenshot(path=file, full_page=True, animations="disabled")
    found = untranslated(tab, how.lang) + unsound(tab) + serious(tab)
    for width in how.widths:
        tab.set_viewport_size({"width": width, "height": 900})
        if tab.locator("canvas").count():
            tab.wait_for_timeout(DRAWING)
        if tab.evaluate(OVERFLOW) > 0:
            found.append(f"overflows at {width}")
    return [f"{name} {how.lang} {path}: {one}" for one in found]
