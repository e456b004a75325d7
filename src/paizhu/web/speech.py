"""Which language a request is answered in, and how days and moments are said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from paizhu.kernel import days
from paizhu.kernel.text import Text

COOKIE = "paizhu_lang"
LANGUAGES: dict[str, str] = {"zh": "中文", "en": "English"}
WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)


def short(code: str) -> Literal["zh", "en"]:
    """Bring any language code to one of our two."""
    return "en" if code.lower().startswith("en") else "zh"


def language_of(request: HttpRequest) -> Literal["zh", "en"]:
    """Choose: what the reader switched to, else the account's, else what the browser asks for."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return short(chosen)
    user = getattr(request, "user", None)
    # The invented people of the demonstration chose nothing: the visitor's browser speaks for them.
    if user is not None and user.is_authenticated and not settings.PAIZHU_DEMO:
        return short(user.language)
    return wished(request.headers.get("Accept-Language", ""))


def wished(header: str) -> Literal["zh", "en"]:
    """Give the one of our languages that a browser asks for first; Chinese if it asks for neither."""
    asked = (code for code, weight in parse_accept_lang_header(header) if weight)
    return next((short(code) for code in asked if code.split("-")[0] in LANGUAGES), "zh")


def say_day(day: date, lang: str, *, weekday: bool = False) -> str:
    """Say a day: 2026年1月5日, 5 January 2026."""
    name, said = WEEKDAYS[day.weekday()].say(lang), days.say(day).say(short(lang))
    if not weekday:
        return said
    return f"{name} {said}" if short(lang) == "en" else f"{said}（{name}）"


def say_moment(moment: datetime, lang: str) -> str:
    """Say a moment in the time of the installation: 2026年1月5日 14:03."""
    local = timezone.localtime(moment)
    gap = ", " if short(lang) == "en" else " "
    return f"{say_day(local.date(), lang)}{gap}{local:%H:%M}"
