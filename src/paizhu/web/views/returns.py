"""Returns: which there are, one as a table that prints well, its records, and its file."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis.returns import computing, reading
from paizhu.analysis.returns.declared import return_named
from paizhu.analysis.returns.reading import ReturnCard
from paizhu.analysis.returns.spans import Span, span_named, span_of, spans_before
from paizhu.analysis.returns.workbook import FEW, rests_on, workbook
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.web.asking import asking

#: How many periods back the page offers.
PERIODS = 13
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Choice:
    """A period to choose."""

    span: Span
    is_chosen: bool


def return_list(request: HttpRequest) -> HttpResponse:
    """List the returns the reader may see, each with the bodies it is made for."""
    asked = asking(request)
    found = [
        (one, span_of(one.cadence, asked.on).name)  # type: ignore[arg-type]
        for one in reading.offered(asked.who, on=asked.on)
    ]
    return render(request, "web/returns.html", {"area": "returns", "returns": found})


def a_return(request: HttpRequest, name: str, body: str, period: str) -> HttpResponse:
    """Show the newest figures of a return, or that there are none yet; compute them when told to."""
    asked = asking(request)
    if request.method == "POST":
        computing.compute(name, body=body, period=period, actor=asked.who, now=asked.now)
        return HttpResponseRedirect(request.path)
    loaded, owner = computing.asked_for(name, body=body, reader=asked.who, on=asked.on)
    span = span_named(loaded.spec.period, period)
    card = reading.latest(name, body=body, period=period, reader=asked.who, now=asked.now)
    facts = {
        "area": "returns",
        "name": name,
        "title": loaded.spec.title,
        "body": owner,
        "span": span,
        "choices": [
            Choice(one, one.name == span.name)
            for one in spans_before(loaded.spec.period, asked.on, count=PERIODS)
        ],
        **_of(card),
    }
    return render(request, "web/return.html", facts)


def computation(request: HttpRequest, number: int) -> HttpResponse:
    """Show one kept computation, also an older one."""
    asked = asking(request)
    kept = reading.computation_for(number, reader=asked.who, now=asked.now)
    card = reading.card_of(kept, reader=asked.who, now=asked.now)
    facts = {
        "area": "returns",
        "name": card.name,
        "title": card.title,
        "body": kept.body,
        "span": card.span,
        "is_kept": True,
        **_of(card),
    }
    return render(request, "web/return.html", facts)


def figure(request: HttpRequest, number: int, cell: str) -> HttpResponse:
    """List the records a figure counts, as far as the reader may open them."""
    asked = asking(request)
    found = reading.records(number, cell=cell, reader=asked.who, now=asked.now)
    return render(request, "web/return_records.html", {"area": "returns", "found": found})


def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Give a kept computation as a spreadsheet."""
    asked = asking(request)
    kept = reading.computation_for(number, reader=asked.who, now=asked.now)
    card = reading.card_of(kept, reader=asked.who, now=asked.now)
    lang = request.lang  # type: ignore[attr-defined]
    response = HttpResponse(workbook(card, lang), content_type=SHEET)
    named = f"{card.name}-{card.body_code}-{card.span.name}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


def choose(request: HttpRequest, name: str, body: str) -> HttpResponse:
    """Go to the period that was chosen in the form."""
    given = request.GET.get("period", "")[:8]
    cadence = return_named(name).spec.period
    try:
        period = span_named(cadence, given).name
    except Invalid as refused:
        raise NotFound(refused.say) from None
    return HttpResponseRedirect(
        reverse("return", kwargs={"name": name, "body": body, "period": period})
    )


def _of(card: ReturnCard | None) -> dict[str, object]:
    if card is None:
        return {"card": None}
    why = dict.fromkeys(cell.why for row in card.rows for cell in row.cells if cell.why)
    notes: list[Text] = [*card.notes, *why, *([FEW] if card.withholds else [])]
    return {"card": card, "notes": notes, "rests_on": rests_on(card, short=True)}
