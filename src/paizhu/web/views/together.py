"""One step for several matters: choose the step, choose the matters, see what became of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.casework import together
from paizhu.casework.together import TogetherCard
from paizhu.kernel.errors import Invalid
from paizhu.web.asking import asking
from paizhu.web.forms import Entered, action_form, posted, raw


def offered(request: HttpRequest) -> HttpResponse:
    """List the steps that several matters wait for from the reader."""
    steps = together.offered(asking(request).who)
    return render(request, "web/together.html", {"area": "matters", "steps": steps})


def step(request: HttpRequest, rules: str, action: str) -> HttpResponse:
    """Show the matters of one step with its form; sent, say of each what became of it."""
    asked = asking(request)
    if request.method != "POST":
        card = together.look(asked.who, rules, action, on=asked.on)
        return _page(request, card, Entered(), {row.ref for row in card.rows})
    versions = _versions(request)
    try:
        outcomes = together.act(
            asked.who, rules, action, versions=versions, raw=raw(request), now=asked.now
        )
    except Invalid as refusal:
        card = together.look(asked.who, rules, action, on=asked.on)
        return _page(request, card, Entered(posted(request.POST), refusal), set(versions))
    facts = {
        "area": "matters",
        "outcomes": outcomes,
        "done": sum(one.is_done for one in outcomes),
        "left": sum(not one.is_done for one in outcomes),
    }
    return render(request, "web/together_done.html", facts)


def _versions(request: HttpRequest) -> dict[str, int]:
    """Read the chosen matters with the version each was shown at."""
    found = {}
    for given in request.POST.getlist("matter")[: together.MOST + 1]:
        ref, _, version = given.rpartition("@")
        if version.isascii() and version.isdigit() and len(version) < 10:
            found[ref] = int(version)
    return found


def _page(
    request: HttpRequest, card: TogetherCard, entered: Entered, chosen: set[str]
) -> HttpResponse:
    form = action_form(card.form, url=request.path, version=None, entered=entered)
    facts = {
        "area": "matters",
        "card": card,
        "form": form,
        "refusal": entered.refusal,
        "rows": [(row, row.ref in chosen) for row in card.rows],
    }
    return render(request, "web/together_step.html", facts, status=422 if entered.refusal else 200)
