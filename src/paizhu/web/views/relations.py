"""Relations of suppliers: the list, one supplier, and a person's word on two spellings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import relations
from paizhu.analysis.catalog import tables
from paizhu.analysis.sources import note_reading
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web.asking import asking
from paizhu.web.forms import raw
from paizhu.web.policies import nothing_here

SUPERVISING = frozenset({"team", "office", "organ"})


def suppliers(request: HttpRequest) -> HttpResponse:
    """List the suppliers in the sources the reader may use."""
    asked = asking(request)
    if not any(post.body_kind in SUPERVISING for post in asked.who.posts):
        raise nothing_here()
    wanted = request.GET.get("q", "")[:200]
    found, total = relations.suppliers(asked.who, wanted, now=asked.now)
    facts = {"area": "flags", "found": found, "total": total, "wanted": wanted}
    return render(request, "web/relations.html", facts)


def supplier(request: HttpRequest, key: str) -> HttpResponse:
    """Show one supplier: its spellings, its ties, and what may be the same."""
    asked = asking(request)
    found = relations.relations_of(asked.who, key, now=asked.now)
    note_reading(found.sources, who=asked.who, what="supplier", now=asked.now)
    sources = [(tables()[one.table].title, one) for one in found.sources]
    facts = {"area": "flags", "found": found, "sources": sources, "key": key}
    return render(request, "web/supplier.html", facts)


def same(request: HttpRequest, key: str) -> HttpResponse:
    """Keep a person's word on whether another spelling is this company."""
    asked, said = asking(request), raw(request)
    if said.get("same") not in ("yes", "no"):
        say = Text("请选择是否同一企业。", "Please say whether it is one company.")
        raise Invalid(say, fields={"same": say})
    relations.confirm(
        asked.who,
        key,
        str(said.get("other", "")),
        same=said["same"] == "yes",
        reasons=str(said.get("reasons", "")),
        now=asked.now,
    )
    return HttpResponseRedirect(reverse("supplier", kwargs={"key": key}))
