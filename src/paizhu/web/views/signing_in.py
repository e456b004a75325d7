"""Signing in and out. Unknown name, wrong password and closed account get one answer."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from paizhu.kernel.text import Text
from paizhu.registry.models import Account
from paizhu.web import throttle
from paizhu.web.policies import nothing_here
from paizhu.web.views.desk import back

WRONG = Text("账号或口令不正确。", "The account name or the password is not right.")


def _page(request: HttpRequest, *, account: str = "", wrong: bool = False) -> HttpResponse:
    facts = {"account": account, "say": WRONG if wrong else None, "next": back(request)}
    return render(request, "web/sign_in.html", facts, status=422 if wrong else 200)


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
    login(request, account)
    return HttpResponseRedirect(back(request))


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/sign-in/")


def demo_sign_in(request: HttpRequest, username: str) -> HttpResponse:
    """Sign in as one of the invented people; this address exists in the demo only."""
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        raise nothing_here()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(back(request))
