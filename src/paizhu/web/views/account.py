"""One's own account: password, second factors, recovery codes, sessions. Each change asks for the password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from paizhu.casework import accounts
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from paizhu.kernel.text import Text
from paizhu.registry import factors, passkeys, signing
from paizhu.registry.models import Account
from paizhu.web import throttle
from paizhu.web.asking import Asking, asking
from paizhu.web.entering import CHALLENGE, site
from paizhu.web.policies import MUST_ENROL, nothing_here

SAID = {
    "password": Text("口令已更改，其他登录已结束。", "The password is changed; other sessions have ended."),
    "codes-confirm": Text("动态码已启用。", "One-time codes count from now on."),
    "codes-remove": Text("动态码已移除。", "One-time codes are removed."),
    "passkey-add": Text("通行密钥已添加。", "The passkey is added."),
    "passkey-remove": Text("通行密钥已移除。", "The passkey is removed."),
    "session-end": Text("登录已结束。", "The session is ended."),
}  # fmt: skip
NOT_TWICE = Text("两次填写的口令不同。", "The two passwords are not the same.")


@dataclass(frozen=True, slots=True)
class Step:
    """What one form of the page asks for."""

    request: HttpRequest
    account: Account
    asked: Asking
    is_needed: bool

    def given(self, name: str) -> str:
        """Give what was entered."""
        return self.request.POST.get(name, "")

    @property
    def number(self) -> int:
        """Give the number of what is meant; nothing has the number 0."""
        digits = self.given("number")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def account(request: HttpRequest) -> HttpResponse:
    """Show my account."""
    return _page(request)


@sensitive_post_parameters()
def step(request: HttpRequest, what: str) -> HttpResponse:
    """Take one step on my account; whoever sits here must know the password."""
    if what not in STEPS:
        raise nothing_here()
    mine: Account = request.user  # type: ignore[assignment]
    asked = asking(request)
    one = Step(request, mine, asked, signing.needs_second(mine, on=asked.on))
    try:
        if what not in WITHOUT_PASSWORD:
            address = throttle.address_of(request)
            throttle.claim(mine.username, address, now=asked.now)
            accounts.prove(mine, one.given("password"))
            throttle.succeeded(mine.username, address, now=asked.now)
        shown = STEPS[what](one)
    except (Invalid, NotAllowed) as refusal:
        return _page(request, refusal=refusal)
    if shown:
        return _page(request, shown=shown)
    messages.success(request, SAID[what].say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("account"))


def _page(
    request: HttpRequest,
    *,
    refusal: Refused | None = None,
    shown: dict[str, object] | None = None,
) -> HttpResponse:
    mine: Account = request.user  # type: ignore[assignment]
    asked = asking(request)
    has = factors.factors(mine)
    options, challenge = passkeys.start(mine, site(request))
    request.session[CHALLENGE] = challenge
    if has.any:
        request.session.pop(MUST_ENROL, None)
    facts = {
        "area": "account",
        "account": mine,
        "who": asked.who,
        "has": has,
        "must": bool(request.session.get(MUST_ENROL)),
        "passkeys": passkeys.mine(mine),
        "options": options,
        "sessions": signing.under_way(
            now=asked.now, own=request.session.session_key or "", account=mine
        ),
        "refusal": refusal,
        **(shown or {}),
    }
    return render(request, "web/account.html", facts, status=422 if refusal else 200)


def _password(one: Step) -> None:
    new = one.given("new")
    if new != one.given("again"):
        raise Invalid(NOT_TWICE)
    own = one.request.session.session_key or ""
    accounts.change_password(
        one.account, old=one.given("password"), new=new, session=own, now=one.asked.now
    )
    update_session_auth_hash(one.request, one.account)
    signing.moved(own, one.request.session.session_key or "")


def _start(one: Step) -> dict[str, object]:
    secret, address = factors.start_codes(one.account)
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return {"secret": groups, "address": address}


def _confirm(one: Step) -> None:
    try:
        factors.confirm_codes(one.account, one.given("code"), now=one.asked.now)
    except Invalid as refusal:
        raise Invalid(refusal.say, fields={"code": refusal.say}) from None


def _remove_codes(one: Step) -> None:
    factors.remove_codes(one.account, is_needed=one.is_needed)


def _recovery(one: Step) -> dict[str, object]:
    return {"codes": factors.new_recovery_codes(one.account)}


def _add(one: Step) -> None:
    passkeys.add(
        one.account,
        one.given("passkey"),
        challenge=one.request.session.get(CHALLENGE, ""),
        site=site(one.request),
        name=one.given("name"),
        now=one.asked.now,
    )


def _remove(one: Step) -> None:
    passkeys.remove(one.account, one.number, is_needed=one.is_needed)


def _end(one: Step) -> None:
    try:
        signing.end(one.number, now=one.asked.now, account=one.account)
    except NotFound:
        raise nothing_here() from None


STEPS: dict[str, Callable[[Step], dict[str, object] | None]] = {
    "password": _password,
    "codes-start": _start,
    "codes-confirm": _confirm,
    "codes-remove": _remove_codes,
    "recovery": _recovery,
    "passkey-add": _add,
    "passkey-remove": _remove,
    "session-end": _end,
}
#: A first code proves itself; ending a session gives nobody anything.
WITHOUT_PASSWORD = frozenset({"codes-confirm", "session-end"})
