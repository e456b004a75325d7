"""Three things around every page: the headers, the language, and refusals turned into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from paizhu.web.speech import language_of
from paizhu.web.views.errors import STATUS, bad_request, refused

Answer = Callable[[HttpRequest], HttpResponse]

#: No other host, no inline script or style, no frame: what a page may load comes from us.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        # The palette and the why-floats ask our own pages.
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: the check against forged forms needs the origin on our own addresses.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


class Headers:
    """Sets the full set of protective headers; pages are never kept by a cache."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class Language:
    """Chooses the language of the answer, and says in the headers which it is and on what it rests."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.lang = language_of(request)  # type: ignore[attr-defined]
        response = self.answer(request)
        response.headers.setdefault("Content-Language", request.lang)  # type: ignore[attr-defined]
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response


class Refusals:
    """Turns what the lower floors refuse into a page that says what, why, and what to do."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if type(error) in STATUS:
            return refused(request, error)  # type: ignore[arg-type]
        # Other refusals are no answer to a reader: 500, and logged.
        return bad_request(request) if isinstance(error, DataError) and _has_nul(request) else None


def _has_nul(request: HttpRequest) -> bool:
    """Say whether something was sent that no text of PostgreSQL holds."""
    sent = (request.GET, request.POST)
    return any("\0" in text for given in sent for _, values in given.lists() for text in values)
