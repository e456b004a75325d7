"""Who asks, and when: the two things every call below needs from a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone

from paizhu.registry import principals
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class Asking:
    """The person behind a request, the moment, and the day it is where the office is."""

    who: Who
    now: datetime
    on: date


def asking(request: HttpRequest) -> Asking:
    """Say who asks and when; computed once a request."""
    known = getattr(request, "_asking", None)
    if isinstance(known, Asking):
        return known
    now = timezone.now()
    on = timezone.localdate(now)
    asked = Asking(principals.who(request.user, on=on, now=now), now, on)
    request._asking = asked  # type: ignore[attr-defined]
    return asked
