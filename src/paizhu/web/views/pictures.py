"""Pictures: the list of them, one with its table and its rule, and the records behind a figure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from paizhu.analysis.pictures import catalog
from paizhu.analysis.pictures.shapes import Picture
from paizhu.casework import queries
from paizhu.kernel.text import Text
from paizhu.web.asking import asking
from paizhu.web.drawing import drawing, sheet
from paizhu.web.policies import nothing_here

#: So many records of a figure are listed; the table of the picture says how many there are.
MOST_RECORDS = 200


def pictures(request: HttpRequest) -> HttpResponse:
    """List the pictures the reader is offered, each with the question it answers."""
    found = catalog.offered(asking(request).who)
    if not found:
        raise nothing_here()
    return render(request, "web/pictures.html", {"area": "pictures", "pictures": found})


def picture(request: HttpRequest, name: str) -> HttpResponse:
    """Show one picture, its table and how it was counted."""
    asked, shown = asking(request), _picture(request, name)
    lang = request.lang  # type: ignore[attr-defined]
    facts = {
        "area": "pictures",
        "pictures": catalog.offered(asked.who),
        "picture": shown,
        "sheet": sheet(shown),
        "drawing": drawing(shown, lang),
    }
    return render(request, "web/picture.html", facts)


def records(request: HttpRequest, name: str) -> HttpResponse:
    """List what one figure counts, as far as the reader may know: that is what was counted."""
    asked, shown = asking(request), _picture(request, name)
    row, column = request.GET.get("row", ""), request.GET.get("column", "")
    tally = shown.tally
    titles = [_named(tally.head, line.title) for line in tally.rows if line.key == row]
    titles += [line.title for line in tally.columns if line.key == column]
    if len(titles) != sum(bool(key) for key in (row, column)):
        raise nothing_here()
    if shown.of:
        titles.insert(0, shown.why[0].text)
    keys = tally.records(row, column)
    if shown.counts is catalog.LINES:
        shown = catalog.with_lines(asked.who, shown, keys[:MOST_RECORDS], now=asked.now)
        rows = []
    else:
        rows = queries.known(asked.who, keys[:MOST_RECORDS], on=asked.on)
    facts = {
        "area": "pictures",
        "picture": shown,
        "titles": titles,
        "total": len(keys),
        "rows": rows,
        "is_cut": len(keys) > MOST_RECORDS,
    }
    return render(request, "web/picture_records.html", facts)


def _named(head: Text, title: Text) -> Text:
    """Say what a row is before which one: that a week begins on a day is not told by the day."""
    return Text(f"{head.zh}：{title.zh}", f"{head.en}: {title.en}")


def _picture(request: HttpRequest, name: str) -> Picture:
    asked = asking(request)
    given = {"choice": request.GET.get("table", ""), "of": request.GET.get("of", "")}
    return catalog.picture(asked.who, name, now=asked.now, **given)
