"""Saved filters: keep one, look at what it finds, drop it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import saving
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web.asking import asking

KEPT = Text("已保存筛选。", "The filter is saved.")
DROPPED = Text("已删除筛选。", "The filter is dropped.")


def filters(request: HttpRequest) -> HttpResponse:
    """List one's own filters; asked to, keep the one that was sent."""
    if request.method == "POST":
        return _keep(request)
    asked = asking(request)
    facts = {"area": "matters", "saved": saving.saved(asked.who, on=asked.on), "most": saving.MOST}
    return render(request, "web/filters.html", facts)


def _keep(request: HttpRequest) -> HttpResponse:
    asked, given = asking(request), request.POST
    wanted = {name: given.get(name, "")[:120] for name in saving.NAMES.values()}
    name, threshold = given.get("name", ""), given.get("threshold", "")
    try:
        saving.save(asked.who, name=name, narrowed=saving.filter_of(wanted), threshold=threshold)
    except Invalid as refusal:
        facts = {
            "area": "matters",
            "saved": saving.saved(asked.who, on=asked.on),
            "most": saving.MOST,
            "refusal": refusal,
            "wanted": wanted.items(),
            "name": name,
            "threshold": threshold,
        }
        return render(request, "web/filters.html", facts, status=422)
    messages.success(request, KEPT.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("filters"))


def look(request: HttpRequest, number: int) -> HttpResponse:
    """Go to the list as a filter narrows it."""
    asked = asking(request)
    query = saving.look(asked.who, number, now=asked.now)
    return HttpResponseRedirect(f"{reverse('matters')}?{query}")


def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Drop a filter."""
    saving.drop(asking(request).who, number)
    messages.success(request, DROPPED.say(request.lang))  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("filters"))
