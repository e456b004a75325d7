"""Today, and the small switches that stand on every page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from paizhu.analysis import flags
from paizhu.casework import nextsteps, queries, saving, today
from paizhu.casework.groups import grouped
from paizhu.web.asking import Asking, asking
from paizhu.web.context import THEME_COOKIE, THEMES
from paizhu.web.navigation import administration_page
from paizhu.web.policies import MUST_ENROL
from paizhu.web.speech import COOKIE, LANGUAGES

#: So many kinds of matter to open stand as one list; more are folded by kind of work.
FEW = 8
#: So many new flags stand on the desk; the list has all.
FEW_FLAGS = 5
#: Posts of these bodies look at what measures raised.
SUPERVISING = frozenset({"organ", "office", "team"})
YEAR_SECONDS = 365 * 24 * 60 * 60


def back(request: HttpRequest) -> str:
    """Give the page to return to: one of ours, else the desk."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/"


def desk(request: HttpRequest) -> HttpResponse:
    """Show today: what waits for me, what is late or due, new flags, and what I can open."""
    asked = asking(request)
    if asked.who.administers:
        return HttpResponseRedirect(administration_page(asked.who.administers))
    if request.session.get(MUST_ENROL):
        return HttpResponseRedirect(reverse("account"))
    if asked.who.posts and all(post.body_kind == "unit" for post in asked.who.posts):
        return _host(request, asked)
    card = today.today(asked.who, on=asked.on)
    sees_flags = any(post.body_kind in SUPERVISING for post in asked.who.posts)
    facts = {
        "card": card,
        "area": "desk",
        "who": asked.who,
        "today": asked.on,
        "reached": saving.reached(asked.who),
        "is_team": request.GET.get("of") == "team",
        "may_see_flags": sees_flags,
        "flags": flags.newest(asked.who, now=asked.now, size=FEW_FLAGS) if sees_flags else None,
        "offers": grouped(card.openable, lambda offer: offer.procedure),
        "many": len(card.openable) > FEW,
    }
    return render(request, "web/desk.html", facts)


def _host(request: HttpRequest, asked: Asking) -> HttpResponse:
    """Show somebody in a unit the one page they need: what is asked, by when, what then."""
    card = nextsteps.host_page(asked.who, on=asked.on)
    facts = {
        "card": card,
        "area": "desk",
        "who": asked.who,
        "today": asked.on,
        "kinds": grouped(card.elsewhere, lambda row: row.procedure),
    }
    return render(request, "web/host.html", facts)


def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark notices as read."""
    given = request.POST.getlist("id")
    ids = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]
    asked = asking(request)
    queries.mark_notices_read(asked.who, ids[:100], now=asked.now)
    return HttpResponseRedirect("/")


def _switched(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = HttpResponseRedirect(back(request))
    response.set_cookie(
        cookie,
        value,
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages on this browser."""
    wanted = request.POST.get("lang", "")
    return _switched(request, COOKIE, wanted if wanted in LANGUAGES else "zh")


def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light, dark, and what the computer prefers."""
    wanted = request.POST.get("theme", "")
    return _switched(request, THEME_COOKIE, wanted if wanted in THEMES else "auto")
