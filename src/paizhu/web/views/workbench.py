"""The workbench for those who know SQL: choose sources, say what for, ask, look, keep a draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import sources as permissions
from paizhu.analysis import workbench as bench
from paizhu.analysis.catalog import tables
from paizhu.analysis.sqlcheck import FUNCTIONS
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking, asking
from paizhu.web.policies import nothing_here

KEPT = Text("已存为草稿“{name}”。", "Kept as the draft “{name}”.")


def workbench(request: HttpRequest) -> HttpResponse:
    """Show what may be asked; answer one question."""
    asked = asking(request)
    mine = permissions.sources_for(asked.who, now=asked.now)
    before = bench.asked_before(asked.who)
    if not mine and not before:
        raise nothing_here()
    answer: bench.Answer | None = None
    refusal: Invalid | None = None
    if request.method == "POST":
        try:
            answer = _ask(request, asked)
        except Invalid as invalid:
            refusal = invalid
        before = bench.asked_before(asked.who)
    declared = tables()
    facts = {
        "area": "imports",
        "sources": [(source, declared[source.table]) for source in mine],
        "chosen": request.POST.getlist("source"),
        "purpose": request.POST.get("purpose", ""),
        "sql": request.POST.get("sql", ""),
        "answer": answer,
        "refusal": refusal,
        "before": before,
        "most_rows": bench.MOST_ROWS,
        "most_seconds": int(bench.MOST_SECONDS),
        "functions": ", ".join(FUNCTIONS),
    }
    return render(request, "web/workbench.html", facts, status=422 if refusal else 200)


def _ask(request: HttpRequest, asked: Asking) -> bench.Answer:
    return bench.ask(
        request.POST.get("sql", ""),
        sources=request.POST.getlist("source"),
        purpose=request.POST.get("purpose", ""),
        actor=asked.who,
        now=asked.now,
    )


def keep(request: HttpRequest, number: int) -> HttpResponse:
    """Keep one's own question as a draft measure and give the file it begins with."""
    asked = asking(request)
    kept = bench.keep_as_draft(number, request.POST.get("name", "").strip(), actor=asked.who)
    messages.success(request, KEPT.say(request.lang).format(name=kept.draft))  # type: ignore[attr-defined]
    if request.POST.get("file"):
        answer = HttpResponse(bench.draft_file(kept), content_type="text/yaml; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{kept.draft}.yaml"'
        return answer
    return HttpResponseRedirect(reverse("workbench"))
