"""Every address for programs with its policy, and refusals as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import PackErrors

View = Callable[..., HttpResponse]
Policy = Literal["signed_in"]
STATUS: dict[type[Refused], HTTPStatus] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}
NO_RULES = Text(
    "规则包有错误，未予采用。请由系统管理员运行 paizhu doctor。",
    "The packs of rules hold mistakes and were not taken up. The administrator runs paizhu doctor.",
)
log = logging.getLogger(__name__)
SIGN_IN = Text("请先登录。", "Sign in first.")


def problem(status: HTTPStatus, say: Text, fields: dict[str, Text] | None = None) -> JsonResponse:
    """Answer what was refused, in both languages, by field where it is about fields."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": said(say),
        "fields": {name: said(text) for name, text in (fields or {}).items()},
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def said(text: Text) -> dict[str, str]:
    """Give a text in both languages."""
    return {"zh": text.zh, "en": text.en}


def address(route: str, view: View, *, name: str, policy: Policy) -> URLPattern:
    """Put a reading view at an address for people who have signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, **given: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return problem(HTTPStatus.UNAUTHORIZED, SIGN_IN)
        if request.method not in ("GET", "HEAD"):
            only = Text("这里只能读取。", "This can only be read.")
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, only)
        try:
            return view(request, **given)
        except PackErrors as broken:
            log.error("%s", broken)
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, NO_RULES)
        except (NotAllowed, NotFound, Conflict, Invalid) as refusal:
            return problem(STATUS[type(refusal)], refusal.say, getattr(refusal, "fields", None))

    guarded.policy = policy  # type: ignore[attr-defined]
    return path(route, guarded, name=name)
