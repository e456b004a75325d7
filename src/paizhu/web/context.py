"""What every page needs: the language, and where to come back to after a switch."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from paizhu.web.speech import language_of

THEME_COOKIE = "paizhu_theme"
THEMES = ("auto", "light", "dark")


def page(request: HttpRequest) -> dict[str, object]:
    """Give language, theme and address to every template."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "lang": getattr(request, "lang", None) or language_of(request),
        "theme": theme if theme in THEMES else "auto",
        # Only where the view has asked already: an error page knows nobody.
        "me": getattr(request, "_asking", None),
        "demo": settings.PAIZHU_DEMO,
    }
