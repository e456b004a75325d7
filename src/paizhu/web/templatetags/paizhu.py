"""Words, days and marks in templates. A text always stands there in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from urllib.parse import urlencode

from django import template
from django.contrib.staticfiles import finders
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from paizhu.casework.cards import ClockChip
from paizhu.kernel.text import Text
from paizhu.web.speech import say_day, say_moment

register = template.Library()
ICONS = "vendor/tabler-icons/icons-3.51.0.svg"
#: A clock this close to its day is marked as due.
DUE_SOON_DAYS = 3


@register.simple_tag(takes_context=True)
def t(context: Context, zh: str, en: str, **values: object) -> SafeString:
    """Say one of two texts, with `{name}` places filled in and escaped."""
    words = Text(zh, en).say(context["lang"])
    return format_html(words, **values) if values else conditional_escape(words)


@register.simple_tag(takes_context=True)
def say(context: Context, text: Text | None) -> str:
    """Say a text of a card."""
    return text.say(context["lang"]) if text is not None else ""


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | str | None, weekday: bool = False) -> SafeString | str:
    """Say a day, given as such or as ISO text."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    said = say_day(value, context["lang"], weekday=weekday)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), said)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | date | None) -> SafeString | str:
    """Say a moment in the time of the installation; of a mere day, the day."""
    if not isinstance(value, datetime):
        return day(context, value)
    local = timezone.localtime(value)
    said = say_moment(value, context["lang"])
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), said)


@cache
def _version(name: str) -> str:
    """Give a short digest of a static file, so that a new file gets a new address."""
    found = finders.find(name)
    if not isinstance(found, str):
        return "0"
    with open(found, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:10]


@register.simple_tag
def asset(name: str) -> str:
    """Give the address of a static file with its version."""
    return f"{static(name)}?v={_version(name)}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon. It is decoration: the words beside it say the same."""
    return format_html(
        '<svg class="ico" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        asset(ICONS),
        name,
    )


@register.filter
def tone(clock: ClockChip) -> str:
    """Give the colour word of a clock: late, due, paused, met, calm."""
    if clock.status in ("late", "missed"):
        return "late"
    if clock.status in ("paused", "met", "void"):
        return clock.status
    close = clock.days_left is not None and clock.days_left <= DUE_SOON_DAYS
    return "due" if close else "calm"


@register.filter
def of(words: Mapping[str, Text], key: str) -> Text:
    """Give the words for a key."""
    return words.get(key, Text(key, key))


@register.filter
def positive(number: int) -> int:
    """Give the size of a number."""
    return abs(number)


@register.simple_tag(takes_context=True)
def join(context: Context, texts: tuple[Text, ...]) -> str:
    """Join texts as a list in the language of the page."""
    mark = "；" if context["lang"] == "zh" else "; "
    return mark.join(text.say(context["lang"]) for text in texts)


@register.simple_tag(takes_context=True)
def here(context: Context, **changes: object) -> str:
    """Give the address of this page with some of its parameters changed."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in ("", None):
            params[name] = str(value)
    return "?" + urlencode(params)
