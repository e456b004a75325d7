"""Help where one is: the first look round, the glossary, and the manual of each procedure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.casework import manuals
from paizhu.rules.explain import manual as manual_of
from paizhu.web import tours
from paizhu.web.asking import asking
from paizhu.web.diagram import diagram
from paizhu.web.manualpage import html
from paizhu.web.nouns import NOUNS
from paizhu.web.policies import nothing_here
from paizhu.web.views.desk import back


def help_page(request: HttpRequest) -> HttpResponse:
    """Say what the tour says, in one page, and where everything else is explained."""
    return render(
        request, "web/help.html", {"area": "help", "tour": tours.tour_of(asking(request).who)}
    )


def seen(request: HttpRequest) -> HttpResponse:
    """Remember that the tour was taken or is not wanted."""
    asked = asking(request)
    tours.see(asked.who, request.session, now=asked.now)
    return HttpResponseRedirect(back(request))


def again(request: HttpRequest) -> HttpResponse:
    """Show the tour once more, on the desk."""
    tours.forget(asking(request).who, request.session)
    return HttpResponseRedirect(reverse("desk"))


def glossary(request: HttpRequest) -> HttpResponse:
    """Show the nouns of the workspace and the words of the packs, Chinese beside English."""
    words = manuals.words(asking(request).on)
    return render(request, "web/glossary.html", {"area": "help", "nouns": NOUNS, "words": words})


def manual_list(request: HttpRequest) -> HttpResponse:
    """List the procedures, each with its manual page."""
    groups = manuals.procedures(asking(request).on)
    return render(request, "web/manuals.html", {"area": "help", "groups": groups})


def manual(request: HttpRequest, procedure: str) -> HttpResponse:
    """Show the manual page of a procedure: the version in force, or another."""
    asked = asking(request)
    versions = manuals.versions(procedure)
    wanted = request.GET.get("from", "")
    shown = [
        one
        for one in versions
        if (wanted and str(one.effective_from) == wanted)
        or (not wanted and one.effective_from <= asked.on)
    ]
    if not shown:
        raise nothing_here()
    chosen = shown[-1]
    lang: str = request.lang  # type: ignore[attr-defined]
    facts = {
        "area": "help",
        "procedure": chosen,
        "versions": versions,
        "diagram": diagram(chosen.spec),
        "page": html(manual_of(chosen, lang), lang=lang, titles=manuals.titles()),
    }
    return render(request, "web/manual.html", facts)
