"""Reading matters: the list, one matter, why a day, why I may read it."""

from __future__ import annotations

import csv

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.analysis import flags
from paizhu.casework import queries, reading
from paizhu.casework.cards import MatterFilter, MatterRow
from paizhu.casework.groups import grouped
from paizhu.kernel.text import Text
from paizhu.web import drafts
from paizhu.web.asking import asking
from paizhu.web.matter_page import page_of

PAGE_SIZE = 50
STATES = ("open", "waiting", "late", "closed")
EXPORT_COLUMNS = (
    Text("编号", "Number"),
    Text("程序", "Procedure"),
    Text("阶段", "Stage"),
    Text("承办单位", "Body"),
    Text("登记日期", "Opened"),
    Text("最近时限", "Next time limit"),
    Text("到期日", "Due"),
    Text("要点", "In short"),
)
ORDERS = ("newest", "due", "oldest")


def number_of(text: str, *, low: int = 1, high: int = 100_000) -> int:
    """Read a page number; what is none is the first."""
    return min(max(int(text), low), high) if text.isascii() and text.isdigit() else low


def filter_of(request: HttpRequest) -> MatterFilter:
    """Read a filter from the address; what is unknown counts as not given."""
    given = request.GET
    state, order = given.get("state", ""), given.get("order", "")
    return MatterFilter(
        procedure=given.get("procedure", ""),
        stage=given.get("stage", ""),
        body=given.get("body", ""),
        state=state if state in STATES else "",  # type: ignore[arg-type]
        query=given.get("q", "").strip()[:80],
        order=order if order in ORDERS else "newest",  # type: ignore[arg-type]
    )


def matters(request: HttpRequest) -> HttpResponse:
    """List the matters the reader may know of."""
    asked, wanted = asking(request), filter_of(request)
    number = number_of(request.GET.get("page", "1")[:7])
    page = queries.matters(asked.who, wanted, on=asked.on, page=number, size=PAGE_SIZE)
    choices = queries.facets(asked.who, on=asked.on)
    facts = {
        "page": page,
        "area": "matters",
        "filter": wanted,
        "narrowed": sum(map(bool, (wanted.procedure, wanted.stage, wanted.body, wanted.state)))
        + (wanted.order != "newest"),
        "choices": choices,
        "kinds": grouped(choices["procedure"], lambda option: option.value),
        # Stages of forty procedures are no choice: they are offered once the procedure is chosen.
        "stages": tuple(
            stage
            for stage in choices["stage"]
            if stage.value == wanted.stage or stage.value.startswith(f"{wanted.procedure or '.'}.")
        ),
    }
    return render(request, "web/matters.html", facts)


def export(request: HttpRequest) -> HttpResponse:
    """Give the narrowed list as a file: what the page shows, no more."""
    asked = asking(request)
    lang = request.lang  # type: ignore[attr-defined]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="matters.csv"'
    # The mark lets spreadsheet programs read the Chinese right.
    response.write("\ufeff")
    out = csv.writer(response)
    out.writerow(title.say(lang) for title in EXPORT_COLUMNS)
    for row in queries.export(asked.who, filter_of(request), on=asked.on):
        out.writerow(harmless(cell) for cell in _cells(row, lang))
    return response


def _cells(row: MatterRow, lang: str) -> list[str]:
    clock = row.next_clock
    due = clock.due_date if clock else None
    return [
        row.ref,
        row.procedure_title.say(lang),
        row.stage_title.say(lang),
        row.body.say(lang),
        row.opened_date.isoformat(),
        clock.title.say(lang) if clock else "",
        due.isoformat() if due else "",
        "; ".join(f"{line.label.say(lang)}: {line.text.say(lang)}" for line in row.listed),
    ]


def harmless(cell: str) -> str:
    """Keep a spreadsheet program from taking words for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell


def matter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one matter."""
    asked = asking(request)
    card = reading.matter(asked.who, ref, now=asked.now)
    kept = drafts.of_matter(asked.who, ref, now=asked.now)
    raised = flags.asked_in(asked.who, ref, now=asked.now)
    return render(request, "web/matter.html", page_of(card, kept) | {"raised": raised})


def why_date(request: HttpRequest, ref: str, clock: str) -> HttpResponse:
    """Say why a clock is due on its day."""
    asked = asking(request)
    run = number_of(request.GET["run"][:7]) if "run" in request.GET else None
    why = reading.why_date(asked.who, ref, clock, on=asked.on, run=run)
    return render(request, "web/why_date.html", {"why": why, "ref": ref, "area": "matters"})


def why_access(request: HttpRequest, ref: str) -> HttpResponse:
    """Say why the reader may read this matter."""
    lines = reading.why_access(asking(request).who, ref)
    return render(request, "web/why_access.html", {"lines": lines, "ref": ref, "area": "matters"})
