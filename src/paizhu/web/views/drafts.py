"""Keeping what is typed, by a script every few seconds or by a button, and one's own list of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from paizhu.casework import access, forms_cards
from paizhu.kernel.text import Text
from paizhu.web import draft_titles, drafts
from paizhu.web.asking import Asking, asking

#: Stands for a matter that is being opened, in an address.
NEW = "new"
SAVED = Text("草稿已保存，只有您能看到。", "The draft is kept; only you can see it.")
DROPPED = Text("草稿已舍弃。", "The draft is discarded.")


def mine(request: HttpRequest) -> HttpResponse:
    """List one's own drafts."""
    asked = asking(request)
    waiting = drafts.mine(asked.who, now=asked.now)
    facts = {
        "area": "drafts",
        "drafts": draft_titles.named(asked.who, waiting, on=asked.on),
        "days": drafts.KEPT.days,
    }
    return render(request, "web/drafts.html", facts)


def keep(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Keep what a form holds now."""
    asked = asking(request)
    where = _open_to(asked, ref, step)
    drafts.keep_posted(asked.who, where, step, request.POST, now=asked.now)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"saved": f"{timezone.localtime(asked.now):%H:%M:%S}"})
    messages.success(request, SAVED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(_back(ref, step))


def discard(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Forget a draft."""
    asked = asking(request)
    drafts.drop(asked.who, _open_to(asked, ref, step), step)
    messages.success(request, DROPPED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(_back(ref, step))


def _open_to(asked: Asking, ref: str, step: str) -> str:
    """Give the matter as drafts name it. Raises NotFound, the same for unknown and hidden."""
    if ref != NEW:
        access.get_matter(asked.who, ref)
        return ref
    procedure, _, body = step.rpartition(".")
    forms_cards.opening_form(asked.who, procedure, body, on=asked.on)
    return ""


def _back(ref: str, step: str) -> str:
    if ref != NEW:
        return f"{reverse('matter', kwargs={'ref': ref})}#{step}"
    procedure, _, body = step.rpartition(".")
    return reverse("open_new", kwargs={"procedure": procedure, "body": body})
