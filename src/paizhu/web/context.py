"""What every page needs: language, theme, the places one may go to, and how much is unread."""

from __future__ import annotations

from functools import cache, cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from paizhu.casework.unread import unread
from paizhu.web.asking import Asking
from paizhu.web.navigation import Group, Shown, places_for
from paizhu.web.speech import language_of

THEME_COOKIE = "paizhu_theme"
THEMES = ("auto", "light", "dark")
#: Where the palette asks for matters, units and pages while one types.
QUICK = ("/search/quick", "/search/quick/")


class Frame:
    """What stands around a page; each part is made out when the template first asks for it.

    An error page asks for nobody, so it stays the same for every reader.
    """

    def __init__(self, asked: Asking | None) -> None:
        self.asked = asked

    @cached_property
    def groups(self) -> tuple[tuple[Group, tuple[Shown, ...]], ...]:
        """Give the places the reader may go to."""
        return places_for(self.asked.who if self.asked else None)

    @cached_property
    def unread(self) -> int:
        """Count the notices the reader has not read."""
        return unread(self.asked.who) if self.asked else 0

    @property
    def quick(self) -> str:
        """Give the address of quick answers, or nothing where there is no search."""
        return _quick()

    @property
    def search(self) -> str:
        """Give the address that the search field sends to."""
        return _search()


@cache
def _quick() -> str:
    for path in QUICK:
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return ""


@cache
def _search() -> str:
    try:
        return reverse("search")
    except NoReverseMatch:
        return reverse("matters")


def page(request: HttpRequest) -> dict[str, object]:
    """Give language, theme, places and address to every template."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    # Only where the view has asked already: an error page knows nobody.
    asked = getattr(request, "_asking", None)
    return {
        "lang": getattr(request, "lang", None) or language_of(request),
        "theme": theme if theme in THEMES else "auto",
        "me": asked,
        "frame": Frame(asked),
        "demo": settings.PAIZHU_DEMO,
    }
