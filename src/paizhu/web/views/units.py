"""The file of a unit, the list of units, and a post with its holders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.analysis import flags
from paizhu.casework import unitfile
from paizhu.registry.around import around
from paizhu.registry.models import Body
from paizhu.web.asking import asking
from paizhu.web.drawing import placed
from paizhu.web.policies import nothing_here

FEW_FLAGS = 20


def units(request: HttpRequest) -> HttpResponse:
    """List the units the reader's posts are concerned with, under their teams."""
    found = around(asking(request).who, on=asking(request).on)
    groups = [(team, found.units[team.pk]) for team in found.teams]
    if not groups and not found.own_units:
        raise nothing_here()
    return render(
        request, "web/units.html", {"area": "units", "groups": groups, "own": found.own_units}
    )


def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show the file of a unit. Unknown and not one's concern are one answer."""
    asked = asking(request)
    found = around(asked.who, on=asked.on)
    body = found.unit(code)
    if body is None:
        raise nothing_here()
    sees_flags = body not in found.own_units
    facts = {
        "area": "units",
        "unit": body,
        "teams": found.teams_of(body.pk),
        "file": unitfile.unit_file(asked.who, body.pk, on=asked.on),
        "posts": unitfile.posts_of(body.pk, on=asked.on),
        "pictures": placed(asked.who, "unit", now=asked.now, lang=request.lang, of=body.code),  # type: ignore[attr-defined]
        "sees_flags": sees_flags,
        "flags": flags.list_flags(asked.who, now=asked.now, body=body.code, size=FEW_FLAGS)
        if sees_flags
        else None,
    }
    return render(request, "web/unit.html", facts)


def post(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show a post and who holds it or held it; of a person nothing else is said anywhere."""
    asked = asking(request)
    found = around(asked.who, on=asked.on)
    body = found.unit(code) or next((team for team in found.teams if team.code == code), None)
    if body is None and any(held.body_code == code for held in asked.who.posts):
        body = Body.objects.get(code=code)
    cards = unitfile.posts_of(body.pk, on=asked.on, key=key, all_times=True) if body else []
    if not cards:
        raise nothing_here()
    return render(request, "web/post.html", {"area": "units", "body": body, "post": cards[0]})
