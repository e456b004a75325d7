"""Where pages and programs share one thing: trying tokens is made slow as trying passwords is."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from paizhu.api import problems
from paizhu.web import throttle

Answer = Callable[[HttpRequest], HttpResponse]


class Tokens:
    """Counts tokens that do not count, by address, and closes the door for a while after many."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        refused = response.status_code == HTTPStatus.UNAUTHORIZED
        if not refused or "Authorization" not in request.headers:
            return response
        try:
            throttle.refuse_token(throttle.address_of(request), now=timezone.now())
        except throttle.TooManyTries as closed:
            response = problems.problem(request, problems.WAIT, closed.say)
            response["Retry-After"] = str(closed.retry_after)
        return response
