"""From a picture to its table and to what the script draws: the same figures, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from paizhu.analysis.pictures import catalog
from paizhu.analysis.pictures.shapes import Line, Picture
from paizhu.kernel.text import Text, Word
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and where the records it counts are listed; a zero leads nowhere."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the table under a picture."""

    title: Text
    figures: tuple[Figure, ...]
    total: Figure
    beside: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The table under a picture."""

    head: Text
    columns: tuple[Text, ...]
    beside: tuple[Text, ...]
    rows: tuple[SheetRow, ...]
    totals: tuple[Figure, ...]
    total: Figure


NOTHING = Text("", "")


def sheet(shown: Picture) -> Sheet:
    """Give the table of a picture, rows without records included."""
    tally = shown.tally
    return Sheet(
        head=tally.head,
        columns=tuple(column.title for column in tally.columns),
        beside=tuple(one.title for one in tally.beside),
        rows=tuple(_rows(shown)),
        totals=tuple(_figure(shown, "", column.key) for column in tally.columns),
        total=_figure(shown, "", ""),
    )


def _rows(shown: Picture) -> Iterator[SheetRow]:
    tally = shown.tally
    for row in tally.rows:
        yield SheetRow(
            row.title,
            tuple(_figure(shown, row.key, column.key) for column in tally.columns),
            _figure(shown, row.key, ""),
            tuple(one.words.get(row.key, NOTHING) for one in tally.beside),
        )


def _figure(shown: Picture, row: str, column: str) -> Figure:
    held = shown.tally.held
    number = len(held.get((row, column), ())) if row and column else shown.tally.number(row, column)
    return Figure(number, records_url(shown, row, column) if number else "")


def records_url(shown: Picture, row: str, column: str) -> str:
    """Give the address of the records of a figure."""
    given = {"row": row, "column": column, "table": shown.chosen, "of": shown.of}
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse('picture_records', kwargs={'name': shown.name})}?{asked}"


def drawing(shown: Picture, lang: str) -> Mapping[str, object]:
    """Give what the script draws, in the words of the page."""
    tally = shown.tally
    place = {line.key: number for number, line in enumerate(tally.rows)}
    across = {line.key: number for number, line in enumerate(tally.columns)}

    def lines(those: tuple[Line, ...]) -> list[list[str]]:
        return [[line.key, line.title.say(lang)] for line in those]

    return {
        "kind": shown.kind,
        "title": shown.title.say(lang),
        "one": shown.counts.say(lang).format(n=Word("1")),
        "counts": shown.counts.say(lang).format(n=Word("2")),
        "stacked": shown.stacked,
        "rows": lines(tally.rows),
        "columns": lines(tally.columns),
        "cells": [
            [place[row], across[column], len(keys), records_url(shown, row, column)]
            for (row, column), keys in sorted(tally.held.items())
        ],
    }


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on a page that is about more: drawn, with its table folded and its why beside it."""

    picture: Picture
    sheet: Sheet
    drawing: Mapping[str, object]

    @property
    def key(self) -> str:
        return f"picture-{self.picture.name}"

    @property
    def data_id(self) -> str:
        return f"{self.key}-data"

    @property
    def title_id(self) -> str:
        return f"{self.key}-title"

    @property
    def url(self) -> str:
        """Give the page of the picture alone, where its why stands."""
        whole = reverse("picture", kwargs={"name": self.picture.name})
        return f"{whole}?{urlencode({'of': self.picture.of})}" if self.picture.of else whole


def placed(who: Who, *names: str, now: datetime, lang: str, of: str = "") -> tuple[Placed, ...]:
    """Count pictures for a page; what counts nothing is left out, the page says so itself."""
    counted = (catalog.picture(who, name, now=now, of=of) for name in names)
    return tuple(
        Placed(one, sheet(one), drawing(one, lang)) for one in counted if one.tally.number()
    )
