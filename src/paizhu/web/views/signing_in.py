"""Signing in and out. Unknown name, wrong password and closed account get one answer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from paizhu.casework import accounts
from paizhu.demo.roles import ROLES
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry import factors, passkeys
from paizhu.registry.models import Account
from paizhu.web import entering, throttle
from paizhu.web.policies import nothing_here
from paizhu.web.views.desk import back

WRONG_SECOND = Text("没有通过核验，请再试一次。", "That did not do; try again.")
NOT_TWICE = Text("两次填写的口令不同。", "The two passwords are not the same.")
WRONG = Text("账号或口令不正确。", "The account name or the password is not right.")


def _page(request: HttpRequest, *, account: str = "", wrong: bool = False) -> HttpResponse:
    facts: dict[str, object] = {
        "account": account,
        "say": WRONG if wrong else None,
        "next": back(request),
        "one_click": _one_click() if settings.PAIZHU_DEMO else (),
    }
    return render(request, "web/sign_in.html", facts, status=422 if wrong else 200)


def _one_click() -> tuple[tuple[Account, Text], ...]:
    """Give the invented people to begin with, each with what they are, as far as they are here."""
    names = [username for username, _ in ROLES]
    here = Account.objects.filter(username__in=names, is_active=True).in_bulk(field_name="username")
    return tuple((here[username], role) for username, role in ROLES if username in here)


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password; count the try before looking at it."""
    if request.method != "POST":
        return _page(request)
    name, password = request.POST.get("account", "").strip(), request.POST.get("password", "")
    address, now = throttle.address_of(request), timezone.now()
    throttle.claim(name, address, now=now)
    account = authenticate(request, username=name, password=password)
    if account is None:
        return _page(request, account=name, wrong=True)
    throttle.succeeded(name, address, now=now)
    if factors.factors(account).any:
        entering.wait_for_second(request, account, after=back(request), now=now)
        return HttpResponseRedirect(reverse("second_step"))
    entering.enter(request, account, way="password", now=now)
    return HttpResponseRedirect(back(request))


@sensitive_post_parameters("code", "recovery")
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code, a passkey or a recovery code of whoever gave the right password."""
    now = timezone.now()
    waiting = entering.waiting_for(request, now=now)
    if waiting is None:
        return HttpResponseRedirect(reverse("sign_in"))
    account, after = waiting
    if request.method != "POST":
        return _second_page(request, account)
    name, address = f"second:{account.username}", throttle.address_of(request)
    throttle.claim(name, address, now=now)
    way = _shown(request, account, now)
    if not way:
        return _second_page(request, account, wrong=True)
    throttle.succeeded(name, address, now=now)
    entering.enter(request, account, way=way, now=now)
    return HttpResponseRedirect(after)


def _shown(request: HttpRequest, account: Account, now: datetime) -> str:
    """Say which second factor was shown; empty if what was sent is none."""
    given = request.POST
    challenge = request.session.pop(entering.CHALLENGE, "")
    if given.get("code") and factors.is_code(account, given["code"], now=now):
        return "code"
    if given.get("recovery") and factors.is_recovery_code(account, given["recovery"], now=now):
        return "recovery"
    site = entering.site(request)
    if given.get("passkey") and passkeys.is_shown(
        account, given["passkey"], challenge=challenge, site=site, now=now
    ):
        return "passkey"
    return ""


def _second_page(request: HttpRequest, account: Account, *, wrong: bool = False) -> HttpResponse:
    has = factors.factors(account)
    facts: dict[str, object] = {"has": has, "say": WRONG_SECOND if wrong else None}
    if has.passkeys:
        options, challenge = passkeys.ask(account, entering.site(request))
        request.session[entering.CHALLENGE] = challenge
        facts["options"] = options
    return render(request, "web/second_step.html", facts, status=422 if wrong else 200)


@sensitive_post_parameters("new", "again")
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    """Let somebody set the password of their own account, once, by the link they were given."""
    now = timezone.now()
    try:
        account = accounts.of_link(secret, now=now)
    except NotFound:
        raise nothing_here() from None
    facts: dict[str, object] = {"account": account, "secret": secret}
    if request.method == "POST":
        new, again = request.POST.get("new", ""), request.POST.get("again", "")
        try:
            if new != again:
                raise Invalid(NOT_TWICE)
            account = accounts.set_first_password(secret, new, now=now)
        except Invalid as refusal:
            return render(request, "web/welcome.html", {**facts, "say": refusal.say}, status=422)
        if factors.factors(account).any:
            entering.wait_for_second(request, account, after="/", now=now)
            return HttpResponseRedirect(reverse("second_step"))
        entering.enter(request, account, way="link", now=now)
        return HttpResponseRedirect("/")
    return render(request, "web/welcome.html", facts)


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/sign-in/")


def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the invented people; this address exists in the demo only."""
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise nothing_here()
    entering.enter(request, account, way="demo", now=timezone.now())
    return HttpResponseRedirect(back(request))
