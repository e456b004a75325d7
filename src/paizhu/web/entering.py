"""From a right password to a session: the second step in between, and what the session then holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone

from paizhu.registry import factors, signing
from paizhu.registry.models import Account
from paizhu.registry.passkeys import Site
from paizhu.web.policies import MUST_ENROL, UNTIL

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: What a session holds between the two steps.
SECOND, CHALLENGE = "second", "challenge"
#: So long after the password the second step is open.
PATIENCE = timedelta(minutes=5)


def enter(request: HttpRequest, account: Account, *, way: str, now: datetime) -> None:
    """Begin a session; without a second factor that is asked for, it may only set one up."""
    for name in (SECOND, CHALLENGE):
        request.session.pop(name, None)
    login(request, account, backend=BACKEND)
    rules = signing.rules()
    request.session[UNTIL] = (now + timedelta(hours=rules.hours)).timestamp()
    must = signing.needs_second(account, on=timezone.localdate(now))
    if must and way != "demo" and not factors.factors(account).any:
        request.session[MUST_ENROL] = True
    request.session.save()
    signing.begin(account, session=str(request.session.session_key), way=way, now=now)


def wait_for_second(request: HttpRequest, account: Account, *, after: str, now: datetime) -> None:
    """Remember whose password was right; nobody is signed in by that."""
    request.session[SECOND] = {"account": account.pk, "at": now.timestamp(), "next": after}


def waiting_for(request: HttpRequest, *, now: datetime) -> tuple[Account, str] | None:
    """Give whose second step this is, and the page to go to; nobody when it took too long."""
    kept = request.session.get(SECOND)
    if not kept or now.timestamp() - kept["at"] > PATIENCE.total_seconds():
        return None
    found = Account.objects.filter(pk=kept["account"], is_active=True).select_related("person")
    account = found.first()
    return (account, str(kept["next"])) if account else None


def site(request: HttpRequest) -> Site:
    """Give the name and address the pages are asked for under."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if ":" in host and not host.endswith("]") else host
    return Site(name, f"{request.scheme}://{host}")
