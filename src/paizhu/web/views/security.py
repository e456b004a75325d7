"""The pages of the security administrator: accounts, sessions, rules for signing in. No content."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import accounts
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry import signing
from paizhu.web.asking import Asking, asking
from paizhu.web.policies import nothing_here

CLOSED = Text("账号已关闭，登录已结束。", "The account is closed; its sessions have ended.")
REOPENED = Text("账号已重新启用。", "The account is open again.")
FACTORS_GONE = Text("第二种凭证已移除，请本人重新设置。", "The second factors are removed; their owner sets up new ones.")  # fmt: skip
ENDED = Text("登录已结束。", "The session is ended.")
SET = Text(
    "登录规则已保存，下次登录起生效。", "The rules are saved; they count from the next sign-in."
)
ENTERED = ("username", "code", "name_zh", "name_en")


def security(request: HttpRequest) -> HttpResponse:
    """List accounts."""
    asked = asking(request)
    query, page = request.GET.get("q", "").strip()[:80], _number(request.GET.get("page", ""))
    found = accounts.accounts(query=query, page=page, now=asked.now)
    facts = {
        "area": "security",
        "found": found,
        "query": query,
        "page": max(page, 1),
        "pages": max(1, -(-found.total // accounts.PAGE)),
    }
    return render(request, "web/security.html", facts)


def new(request: HttpRequest) -> HttpResponse:
    """Open an account for somebody new; show its link this once."""
    facts: dict[str, object] = {"area": "security", "entered": {}}
    if request.method != "POST":
        return render(request, "web/account_new.html", facts)
    asked, given = asking(request), {name: request.POST.get(name, "") for name in ENTERED}
    try:
        made, secret = accounts.open_new(
            asked.who,
            username=given["username"],
            code=given["code"],
            zh=given["name_zh"],
            en=given["name_en"],
            now=asked.now,
        )
    except Invalid as refusal:
        facts |= {"entered": given, "errors": refusal.fields, "refusal": refusal}
        return render(request, "web/account_new.html", facts, status=422)
    return _one(request, asked, made.username, secret=secret)


def account(request: HttpRequest, username: str) -> HttpResponse:
    """Show one account; do with it what was asked."""
    asked, what = asking(request), request.POST.get("what", "")
    try:
        if request.method == "POST" and what == "link":
            secret = accounts.new_link(asked.who, username, now=asked.now)
            return _one(request, asked, username, secret=secret)
        if request.method == "POST" and what in STEPS:
            step, said = STEPS[what]
            step(asked.who, username, now=asked.now)
            messages.success(request, said.say(request.lang))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("an_account", kwargs={"username": username}))
        return _one(request, asked, username)
    except NotFound:
        raise nothing_here() from None


STEPS = {
    "close": (accounts.close, CLOSED),
    "reopen": (accounts.reopen, REOPENED),
    "factors": (accounts.remove_factors, FACTORS_GONE),
}


def _one(request: HttpRequest, asked: Asking, username: str, *, secret: str = "") -> HttpResponse:
    card = accounts.account(username, now=asked.now)
    person = accounts.person_of(username)
    path = reverse("welcome", kwargs={"secret": secret}) if secret else ""
    facts = {
        "area": "security",
        "card": card,
        "is_own": person.pk == asked.who.person,
        "link": request.build_absolute_uri(path) if secret else "",
        "days": accounts.LINK_COUNTS.days,
    }
    return render(request, "web/an_account.html", facts)


def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions under way; end one."""
    asked = asking(request)
    if request.method == "POST":
        try:
            number = _number(request.POST.get("number", ""))
            accounts.end_session(asked.who, number, now=asked.now)
        except NotFound:
            raise nothing_here() from None
        messages.success(request, ENDED.say(request.lang))  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("sessions"))
    own = request.session.session_key or ""
    facts = {"area": "security", "sessions": signing.under_way(now=asked.now, own=own)}
    return render(request, "web/sessions.html", facts)


def rules(request: HttpRequest) -> HttpResponse:
    """Show and set the rules for signing in."""
    asked = asking(request)
    facts: dict[str, object] = {"area": "security", "hours": signing.HOURS}
    if request.method == "POST":
        wanted = request.POST.getlist("second_for")
        try:
            hours = _number(request.POST.get("hours", ""))
            accounts.set_rules(asked.who, second_for=wanted, hours=hours, now=asked.now)
        except Invalid as refusal:
            facts["refusal"] = refusal
        else:
            messages.success(request, SET.say(request.lang))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("sign_in_rules"))
    facts |= {"rules": signing.rules(), "posts": _posts(request.lang)}  # type: ignore[attr-defined]
    return render(
        request, "web/sign_in_rules.html", facts, status=422 if "refusal" in facts else 200
    )


def _posts(lang: str) -> list[tuple[signing.PostTitle, bool]]:
    """Give the kinds of posts, each with whether another has the same title in this language."""
    posts = signing.post_titles()
    titles = Counter(one.title.say(lang) for one in posts)
    return [(one, titles[one.title.say(lang)] > 1) for one in posts]


def _number(given: str) -> int:
    """Read a number; what is none is 0."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
