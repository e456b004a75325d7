"""Who asks, when, in which language, and with which token if not from a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError

from paizhu.registry import principals
from paizhu.registry.models import Account, Token
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class Asking:
    """The account behind a request, its person, the moment, and the day at the office."""

    account: Account
    who: Who
    now: datetime
    on: date
    #: None when a signed-in session asks.
    token: Token | None


def asking(request: HttpRequest) -> Asking:
    """Say who asks and when; computed once a request, after signing in was looked at."""
    known = getattr(request, "_asking_api", None)
    if isinstance(known, Asking):
        return known
    now = timezone.now()
    on = timezone.localdate(now)
    token = token_of(request)
    account = token.account if token else request.user
    if not isinstance(account, Account):
        raise AuthenticationError
    who = principals.who(account, on=on, now=now)
    asked = Asking(account, who, now, on, token)
    request._asking_api = asked  # type: ignore[attr-defined]
    return asked


def token_of(request: HttpRequest) -> Token | None:
    """Give the token a request came with, once it has been looked at."""
    found = getattr(request, "auth", None)
    return found if isinstance(found, Token) else None


def language_of(request: HttpRequest) -> Literal["zh", "en"]:
    """Choose: `?lang`, else the session's, else Accept-Language, else that of the account."""
    wanted = request.GET.get("lang", "")
    token = token_of(request)
    if not wanted and token is not None:
        accepted = request.headers.get("Accept-Language", "")
        wanted = accepted.split(",")[0].strip() or token.account.language
    wanted = wanted or str(getattr(request, "lang", "zh"))
    return "en" if wanted.lower().startswith("en") else "zh"
