"""Makes guessing a password slow: by account name and by address, with a growing delay.

The count is taken *before* the password is looked at, so that many tries at once gain nothing.
Unknown names count like known ones, so that the delay tells nobody which names exist.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from paizhu.kernel.errors import Refused
from paizhu.kernel.text import Text
from paizhu.web.models import FailedSignIns

#: Tries that cost nothing, by kind of subject: many people may share one address.
FREE_TRIES = {"account": 4, "address": 20, "token": 20}
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(minutes=30)
#: Failures this old no longer count.
FORGOTTEN_AFTER = timedelta(hours=12)


class TooManyTries(Refused):
    """Signing in is closed for a while."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            Text(
                f"尝试次数过多，登录已暂停。请约 {minutes} 分钟后再试；忘记口令请联系安全管理员。",
                f"Too many tries; signing in is closed. Try again in about {minutes} min. "
                "If you forgot the password, ask the security administrator.",
            )
        )
        self.retry_after = max(1, int(wait.total_seconds()))


def address_of(request: HttpRequest) -> str:
    """Give the address a request came from.

    Behind TLS there is a proxy of ours before us, which adds the address it saw at the end; what
    stands before that anybody may have written. Without one, the header is not believed at all.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.SECURE_PROXY_SSL_HEADER:
        return direct
    return request.headers.get("X-Forwarded-For", direct).split(",")[-1].strip()


def _subjects(account: str, address: str) -> dict[str, str]:
    """Name the two subjects of a try by digests that cannot be read back."""
    named = (("account", account.strip().lower()), ("address", address))
    return {kind: _digest(kind, name) for kind, name in named}


def _digest(kind: str, name: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"{kind}:{name}".encode(), hashlib.sha256
    ).hexdigest()


def delay(kind: str, failures: int) -> timedelta:
    """Say how long a subject with so many failures in a row must wait."""
    over = failures - FREE_TRIES[kind]
    if over <= 0:
        return timedelta(0)
    return min(FIRST_DELAY * 2 ** min(over - 1, 12), LONGEST_DELAY)


def claim(account: str, address: str, *, now: datetime) -> None:
    """Count a try before it is made. Raise TooManyTries while either subject must wait."""
    with transaction.atomic():
        for kind, subject in sorted(_subjects(account, address).items()):
            _count(kind, subject, now)


def refuse_token(address: str, *, now: datetime) -> None:
    """Count a token that does not count, by address. Raise TooManyTries when there were too many.

    A token that counts always passes: nobody guesses 256 bits, and one broken program must not
    keep the others at its address out.
    """
    with transaction.atomic():
        _count("token", _digest("token", address), now)


def _count(kind: str, subject: str, now: datetime) -> None:
    FailedSignIns.objects.get_or_create(
        subject=subject, defaults={"last_at": now, "closed_until": now}
    )
    row = FailedSignIns.objects.select_for_update().get(subject=subject)
    if row.closed_until > now:
        raise TooManyTries(row.closed_until - now)
    stale = now - row.last_at > FORGOTTEN_AFTER
    row.failures = 1 if stale else row.failures + 1
    row.last_at = now
    row.closed_until = now + delay(kind, row.failures)
    row.save()


def succeeded(account: str, address: str, *, now: datetime) -> None:
    """Forget the account's failures, and take back this one try for the address.

    The address is not forgiven as a whole: else one own account would reset the count for others.
    """
    subjects = _subjects(account, address)
    FailedSignIns.objects.filter(subject=subjects["account"]).delete()
    FailedSignIns.objects.filter(subject=subjects["address"], failures__gt=0).update(
        failures=F("failures") - 1, closed_until=now
    )
