"""Taking a book in: send the file, see which header is which column, check, take in."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from paizhu.analysis import sources
from paizhu.analysis.catalog import tables
from paizhu.analysis.files import SUFFIXES, open_file
from paizhu.analysis.importing import import_file
from paizhu.analysis.mapping import ColumnMap, settle
from paizhu.analysis.reports import ImportReport, Keep
from paizhu.analysis.tables import table_named
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web import uploads
from paizhu.web.asking import Asking, asking
from paizhu.web.uploads import Upload

#: Chosen for a header that is left out on purpose, though its kind would be refused.
LEFT_OUT = "!"
SHOWN_PROBLEMS = 200


def imports(request: HttpRequest) -> HttpResponse:
    """Ask for a file and the source it belongs to."""
    asked = asking(request)
    refusal: Invalid | None = None
    if request.method == "POST":
        try:
            upload = _receive(request, asked)
        except Invalid as invalid:
            refusal = invalid
        else:
            return HttpResponseRedirect(reverse("import", kwargs={"token": upload.token}))
    facts = {
        "area": "imports",
        "sources": sources.sources_for(asked.who, now=asked.now),
        "chosen": request.POST.get("source", ""),
        "refusal": refusal,
        "tables": tables(),
        "kinds": ",".join(SUFFIXES),
    }
    return render(request, "web/imports.html", facts, status=422 if refusal else 200)


def _receive(request: HttpRequest, asked: Asking) -> Upload:
    source = sources.source_for(asked.who, request.POST.get("source", ""), now=asked.now)
    keep = "all_or_nothing" if request.POST.get("keep") == "all" else "good"
    return uploads.receive(request, source=source.key, keep=keep, now=asked.now)


def check(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a file holds and what is wrong with it; take it in when told to."""
    asked, upload = asking(request), uploads.waiting(request, token)
    source = sources.source_for(asked.who, upload.source, now=asked.now)
    mapping = _mapping(request, upload, source.table) if request.method == "POST" else None
    store = request.POST.get("do") == "store"
    report = import_file(
        source.table,
        upload.path,
        source=source.key,
        actor=asked.who,
        now=asked.now,
        mapping=mapping,
        keep=cast(Keep, upload.keep),
        dry_run=not store,
    )
    if report.stored or report.outcome == "known":
        uploads.done(request, upload)
    return _page(request, report, source.table, token)


def _page(request: HttpRequest, report: ImportReport, table: str, token: str) -> HttpResponse:
    shown = replace(report, problems=report.problems[:SHOWN_PROBLEMS])
    ignored = {title.casefold() for title in report.mapping.ignored} if report.mapping else set()
    facts = {
        "area": "imports",
        "report": shown,
        "more": report.problems_total - len(shown.problems),
        "table": table_named(tables(), table),
        "token": token,
        "rows": [(guess, guess.header.casefold() in ignored) for guess in report.guesses],
        "left_out": LEFT_OUT,
        "fixed": report.mapping.fixed if report.mapping else {},
        "open": report.outcome in ("checked", "refused"),
    }
    return render(request, "web/import.html", facts, status=200)


def _mapping(request: HttpRequest, upload: Upload, table: str) -> ColumnMap:
    """Read which header is which column; amounts keep the unit their header names."""
    sheet = open_file(upload.path)
    guessed = settle(sheet, table_named(tables(), table), given=None).map
    columns: dict[str, str] = {}
    ignored: list[str] = []
    for header in sheet.headers:
        chosen = request.POST.get(f"h.{header.letter}", "")
        if chosen == LEFT_OUT:
            ignored.append(header.title)
        elif chosen in columns:
            raise _twice(columns[chosen], header.title)
        elif chosen:
            columns[chosen] = header.title
    currency = request.POST.get("currency", "").strip().upper()
    fixed = {"currency": currency} if currency and "currency" not in columns else {}
    scale = {
        column: by
        for column, by in guessed.scale.items()
        if columns.get(column) == guessed.columns[column]
    }
    return ColumnMap(columns=columns, ignored=tuple(ignored), fixed=fixed, scale=scale)


def _twice(one: str, other: str) -> Invalid:
    return Invalid(
        Text(
            f"“{one}”和“{other}”指到同一列。请只保留一个。",
            f"“{one}” and “{other}” were given the same column. Keep one of them.",
        )
    )
