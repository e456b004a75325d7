"""Lets a test say from which moment a request asks: a world lives in its own days, not in ours.

Only the moment is given; account and token are looked up as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from paizhu.api.asking import Asking
from paizhu.registry import principals, tokens

#: The header that says it, as a moment in ISO.
MOMENT = "X-Test-Moment"


class At:
    """Answers as at the moment a request names."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = tokens.of_secret(secret, now=timezone.now())
        if MOMENT in request.headers and token is not None:
            now = datetime.fromisoformat(request.headers[MOMENT])
            on = timezone.localdate(now)
            who = principals.who(token.account, on=on, now=now)
            request._asking_api = Asking(token.account, who, now, on, token)  # type: ignore[attr-defined]
        return self.answer(request)
