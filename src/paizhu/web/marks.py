"""Small marks that stand many times on a page: icons, days, clock chips.

They are written here and not as templates: a page of fifty rows draws hundreds of them, and a
template costs ten times what a line of Python does. Everything that is put in is escaped.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache, lru_cache
from html import escape
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from paizhu.casework.cards import ClockChip
from paizhu.kernel.text import Text, Word
from paizhu.rules.wording import CONFIDENCE
from paizhu.web.speech import say_day

ICONS = "vendor/tabler-icons/icons-3.51.0.svg"
#: A clock this close to its day is marked as due.
DUE_SOON_DAYS = 3
CLOCK_ICONS = {
    "paused": "player-pause",
    "met": "check",
    "late": "alert-triangle",
    "missed": "alert-triangle",
}
STATUSES = {
    "running": Text("计时中", "running"),
    "late": Text("已超期", "late"),
    "paused": Text("已暂停", "paused"),
    "met": Text("已按期", "met"),
    "missed": Text("未按期", "missed"),
    "void": Text("已取消", "void"),
}
DUE_TODAY = Text("今天到期", "due today")
#: Three working days over a holiday may be ten others: the unit is said with the number.
LEFT = {
    ("running", False): Text("剩 {n} 天", "{n} {n:day|days} left"),
    ("running", True): Text("剩 {n} 个工作日", "{n} working {n:day|days} left"),
    ("late", False): Text("超期 {n} 天", "{n} {n:day|days} late"),
    ("late", True): Text("超期 {n} 个工作日", "{n} working {n:day|days} late"),
}
#: Between a title and where it stands: "Minutes signed due today" reads as one sentence; the gap
#: is enough in Chinese.
BEFORE_STATE = {"zh": "", "en": ":"}
WHY_THIS_DATE = Text("为什么是这一天", "Why this date")
#: How surely what it rests on was read, short enough for a mark; in full it stands in the title.
SURE = {
    "T*": Text("部分", "in part"),
    "S": Text("待核", "to check"),
    "L": Text("地方", "local"),
    "M+": Text("待核", "to check"),
}
#: What an address may hold as it is; `reverse` keeps the same.
KEPT = "!$&'()*+,;=/~:@"


@cache
def version(name: str) -> str:
    """Give a short digest of a static file, so that a new file gets a new address."""
    found = finders.find(name)
    if not isinstance(found, str):
        return "0"
    with open(found, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:10]


@cache
def asset(name: str) -> str:
    """Give the address of a static file with its version."""
    return f"{static(name)}?v={version(name)}"


@cache
def icon(name: str) -> SafeString:
    """Draw an icon. It is decoration: the words beside it say the same."""
    return format_html(
        '<svg class="ico" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        asset(ICONS),
        name,
    )


@lru_cache(maxsize=4096)
def day(value: date, lang: str, weekday: bool = False) -> SafeString:
    """Say a day so that programs can read it too."""
    said = escape(say_day(value, lang, weekday=weekday))
    return mark_safe(f'<time datetime="{value.isoformat()}">{said}</time>')


def address(name: str, **parts: str) -> str:
    """Give the address of a page, escaped for an attribute; made out once for each kind of page."""
    pattern = _pattern(name, tuple(parts), get_script_prefix())
    return pattern % {part: escape(quote(value, safe=KEPT)) for part, value in parts.items()}


@cache
def _pattern(name: str, parts: tuple[str, ...], _prefix: str) -> str:
    made = escape(reverse(name, kwargs={part: f"0{part}0" for part in parts})).replace("%", "%%")
    for part in parts:
        made = made.replace(f"0{part}0", f"%({part})s")
    return made


def tone(clock: ClockChip) -> str:
    """Give the colour word of a clock: late, due, paused, met, calm."""
    if clock.status in ("late", "missed"):
        return "late"
    if clock.status in ("paused", "met", "void"):
        return clock.status
    close = clock.days_left is not None and clock.days_left <= DUE_SOON_DAYS
    return "due" if close else "calm"


def clock_state(clock: ClockChip, lang: str) -> str:
    """Say where a clock stands: what is left, what it is over by, or how it ended."""
    days, said = clock.days_left, LEFT.get((clock.status, clock.working_days))
    if days is None or said is None:
        return STATUSES[clock.status].say(lang)
    if days == 0 and clock.status == "running":
        return DUE_TODAY.say(lang)
    return said.say(lang).format(n=Word(abs(days)))


def chip(clock: ClockChip, lang: str, *, titled: bool = False) -> SafeString:
    """Draw a clock as a chip that leads to why it is due on its day."""
    run = f"?run={clock.run}" if clock.run > 1 else ""
    named = escape(clock.title.say(lang) + BEFORE_STATE[lang])
    title = f'<span class="wrap">{named}</span> ' if titled else ""
    return mark_safe(
        f'<a class="chip {tone(clock)}{" provisional" if clock.provisional else ""}"'
        f' href="{address("why_date", ref=clock.ref, clock=clock.clock)}{run}"'
        f' title="{escape(WHY_THIS_DATE.say(lang))}">'
        f"{icon(CLOCK_ICONS.get(clock.status, 'clock'))}{title}"
        f'<span class="nowrap">{escape(clock_state(clock, lang))}</span>{sure(clock.confidence, lang)}</a>'
    )


@cache
def sure(confidence: str | None, lang: str) -> SafeString:
    """Mark how surely what something rests on was read; nothing where the text itself was read."""
    if not confidence or confidence == "T":
        return mark_safe("")
    if confidence not in SURE:
        return format_html('<span class="sure">{}</span>', confidence)
    words, full = SURE[confidence].say(lang), CONFIDENCE[confidence].say(lang)
    return format_html('<span class="sure" title="{} {}">{}</span>', confidence, full, words)
