"""The measures: what each asks and why, and how it does among what the reader may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import explaining, flagrates, measures, running
from paizhu.analysis.measures import LoadedMeasure
from paizhu.web.asking import Asking, asking
from paizhu.web.policies import nothing_here
from paizhu.web.views.flags import STATUS_WORDS

SUPERVISING = frozenset({"team", "office", "organ"})


def measure_list(request: HttpRequest) -> HttpResponse:
    """List the flags that are declared."""
    _for_supervisors(request)
    known = (one for _, one in sorted(measures.measures().items()))
    facts = {"area": "flags", "measures": [one for one in known if one.spec.kind == "flag"]}
    return render(request, "web/measures.html", facts)


def measure(request: HttpRequest, name: str) -> HttpResponse:
    """Say all about one measure."""
    asked = _for_supervisors(request)
    found = measures.measures().get(name)
    if found is None:
        raise nothing_here()
    facts = {
        "area": "flags",
        "measure": found,
        "spec": found.spec,
        "parameters": explaining.parameter_cards(found.spec, _in_force(found)),
        "all": flagrates.rates_of(name, who=asked.who, now=asked.now),
        "status_words": STATUS_WORDS,
        "came": _came(request),
    }
    return render(request, "web/measure.html", facts)


def run(request: HttpRequest, name: str) -> HttpResponse:
    """Run a measure over all its reader may use, and say what came of it."""
    asked = _for_supervisors(request)
    if name not in measures.measures():
        raise nothing_here()
    done = running.run(name, actor=asked.who, now=asked.now)
    new = sum(len(one.new) for one in done)
    again = sum(len(one.again) for one in done)
    left = sum(one.assessment.outcome == "not_assessable" for one in done)
    place = reverse("measure", kwargs={"name": name})
    return HttpResponseRedirect(f"{place}?new={new}&again={again}&left={left}")


def _came(request: HttpRequest) -> dict[str, int] | None:
    """Give what the last run came to, as its address says."""
    found = {key: request.GET.get(key, "") for key in ("new", "again", "left")}
    if not all(value.isascii() and value.isdigit() and len(value) < 7 for value in found.values()):
        return None
    return {key: int(value) for key, value in found.items()}


def _for_supervisors(request: HttpRequest) -> Asking:
    """Let those in who supervise; for others there is no such page."""
    asked = asking(request)
    if not any(post.body_kind in SUPERVISING for post in asked.who.posts):
        raise nothing_here()
    return asked


def _in_force(found: LoadedMeasure) -> dict[str, list[list[str | None]]]:
    """Give every declared value of each parameter, with the day from which it holds."""
    return {
        name: [
            [since.isoformat() if since else None, str(value)] for since, value in one.value.values
        ]
        for name, one in found.spec.parameters.items()
    }
