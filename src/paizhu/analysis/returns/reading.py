"""A return as one reader meets it: figures, their records within his rights, small numbers withheld.

Whoever is recused from a matter sees every figure as if it were not there (refusal 7): a figure
must not tell the reported person that there is a matter. The kept figure itself is not changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from paizhu.analysis.models import Computation
from paizhu.analysis.returns import counting
from paizhu.analysis.returns.computing import NOT_FOUND, asked_for, text_of
from paizhu.analysis.returns.counting import Facts
from paizhu.analysis.returns.declared import LoadedReturn, returns
from paizhu.analysis.returns.figures import WITHHELD, Figure, figure, groups, is_small
from paizhu.analysis.returns.grid import Grid, Place, grid
from paizhu.analysis.returns.readers import (
    Entitlement,
    bodies_near,
    entitlement,
    is_recipient_body,
    read_from,
)
from paizhu.analysis.returns.spans import Span, span_named
from paizhu.analysis.returns.spec import Return
from paizhu.analysis.sources import day_of
from paizhu.casework import queries, views
from paizhu.casework.cards import MatterRow
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class Offered:
    """A return somebody may read, with the bodies it is made for."""

    name: str
    title: Text
    cadence: str
    bodies: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; withheld when it counts so few persons that they could be recognised."""

    key: str
    title: Text
    figure: Figure
    withheld: bool = False
    #: Why nothing is recorded.
    why: Text | None = None

    @property
    def drills(self) -> bool:
        """Say whether there are records to go to."""
        return not self.withheld and self.figure.unit != "none" and self.figure.number is not None


@dataclass(frozen=True, slots=True)
class Row:
    title: Text
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One of the computations of the same return, body and period."""

    id: int
    seq: int
    at: datetime
    #: How many figures differ from the computation before it.
    changed: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The records of a counting rule, as far as the reader may open them."""

    name: str
    count: int
    rows: tuple[MatterRow, ...]


@dataclass(frozen=True, slots=True)
class ReturnCard:
    """A computed return, for one reader."""

    id: int
    name: str
    title: Text
    body: Text
    body_code: str
    span: Span
    on: date
    seq: int
    text: str
    at: datetime
    columns: tuple[Text, ...]
    rows: tuple[Row, ...]
    asks: tuple[Text, ...]
    notes: tuple[Text, ...]
    versions: tuple[Version, ...]
    ledger: tuple[Listed, ...]
    withholds: bool


@dataclass(frozen=True, slots=True)
class Records:
    """What a figure counts: the records the reader may open, of so many."""

    card: ReturnCard
    cell: Cell
    row: Text
    column: Text
    rows: tuple[MatterRow, ...]
    #: How many matters the figure counts.
    total: int


def offered(who: Who, *, on: date) -> list[Offered]:
    """Give the returns a person may read, in the order of their names."""
    near, found = bodies_near(who, on=on), []
    for name, loaded in sorted(returns().items()):
        bodies = tuple(
            (body.code, body.name)
            for body, places in near
            if is_recipient_body(loaded.spec, body) and read_from(loaded.spec, who, places)
        )
        if bodies:
            found.append(Offered(name, loaded.spec.title, loaded.spec.period, bodies))
    return found


def latest(name: str, *, body: str, period: str, reader: Who, now: datetime) -> ReturnCard | None:
    """Give the newest computation of a return, body and period; None when there is none yet."""
    loaded, owner = asked_for(name, body=body, reader=reader, on=day_of(now))
    span = span_named(loaded.spec.period, period)
    kept = Computation.objects.filter(name=name, body=owner, period=span.name).first()
    return card_of(kept, reader=reader, now=now) if kept else None


def computation_for(number: int, *, reader: Who, now: datetime) -> Computation:
    """Give a kept computation; unknown and forbidden are one answer.

    Who is not entitled to small numbers reads the newest computation only: two of them would say
    by their difference what each withholds.
    """
    kept = Computation.objects.select_related("body").filter(pk=number).first()
    if kept is None:
        raise NotFound(NOT_FOUND)
    shows = _entitled(kept, reader, on=day_of(now))
    if shows is None or (shows == "few" and kept.pk != _newest(kept)):
        raise NotFound(NOT_FOUND)
    return kept


def _entitled(kept: Computation, reader: Who, *, on: date) -> Entitlement | None:
    """Give what is read of a kept computation: by the rule then and by the rule now."""
    known: Mapping[str, LoadedReturn] = returns()
    specs = [text_of(kept), *([known[kept.name].spec] if kept.name in known else [])]
    found = [entitlement(spec, kept.body, reader, on=on) for spec in specs]
    if None in found:
        return None
    return "all" if all(one == "all" for one in found) else "few"


def _newest(kept: Computation) -> int:
    same = Computation.objects.filter(name=kept.name, body=kept.body_id, period=kept.period)
    return int(same.values_list("pk", flat=True)[0])


def card_of(kept: Computation, *, reader: Who, now: datetime) -> ReturnCard:
    """Give a kept computation as this reader meets it."""
    kept = computation_for(kept.pk, reader=reader, now=now)
    shows = _entitled(kept, reader, on=day_of(now))
    spec, hidden = text_of(kept), views.recused(reader)
    is_entitled = shows == "all" or not spec.about_persons
    lines, rows, withholds = table_of(kept, spec, hidden, is_entitled=is_entitled)
    return ReturnCard(
        id=kept.pk,
        name=kept.name,
        title=spec.title,
        body=kept.body.name,
        body_code=kept.body.code,
        span=span_named(spec.period, kept.period),
        on=kept.on_date,
        seq=kept.seq,
        text=kept.text,
        at=kept.at,
        columns=tuple(column.title for column in lines.columns),
        rows=rows,
        asks=tuple(_asks(spec, kept, hidden)) if is_entitled else (),
        notes=spec.notes,
        versions=tuple(_versions(kept, hidden)) if shows == "all" else (),
        ledger=tuple(_listed(kept, reader, hidden, on=day_of(now))) if is_entitled else (),
        withholds=withholds,
    )


def table_of(
    kept: Computation, spec: Return, hidden: Iterable[str], *, is_entitled: bool
) -> tuple[Grid, tuple[Row, ...], bool]:
    """Give the table of a kept computation, what is hidden left out, and whether it withholds."""
    lines = grid(spec, kept.given)
    facts = {key: _seen(one, hidden) for key, one in kept.cells["cells"].items()}
    withheld = frozenset() if is_entitled else _withheld(lines, facts)
    rows = tuple(
        Row(row.title, tuple(_cell(row, c, facts, withheld) for c in lines.columns))
        for row in lines.rows
    )
    return lines, rows, bool(withheld)


def records(number: int, *, cell: str, reader: Who, now: datetime) -> Records:
    """Give the records a figure counts, as far as the reader may open them.

    How many there are in all is said only because the figure says so already: a reader from whom
    the figure is withheld gets no records page for it.
    """
    kept = computation_for(number, reader=reader, now=now)
    card = card_of(kept, reader=reader, now=now)
    for row in card.rows:
        for shown, column in zip(row.cells, card.columns, strict=True):
            if shown.key == cell and shown.drills:
                facts = _seen(kept.cells["cells"][cell], views.recused(reader))
                refs = _refs(facts)
                rows = tuple(queries.known(reader, refs, on=day_of(now)))
                return Records(card, shown, row.title, column, rows, len(refs))
    raise NotFound(NOT_FOUND)


# --- what one reader sees -----------------------------------------------------------------------


def _seen(facts: Facts, hidden: Iterable[str]) -> Facts:
    gone = frozenset(hidden)
    return {key: counting.without(inner, key, gone) for key, inner in facts.items()}


def _cell(row: Place, column: Place, facts: Mapping[str, Facts], withheld: frozenset[str]) -> Cell:
    key = f"{row.name}.{column.name}"
    line = row.line if row.line.figures else column.line
    title = Text(f"{row.title.zh}·{column.title.zh}", f"{row.title.en} · {column.title.en}")
    if key in withheld:
        return Cell(key, title, Figure(None, WITHHELD, unit="withheld"), withheld=True)
    return Cell(key, title, figure(facts[key]), why=line.not_recorded)


def _withheld(lines: Grid, facts: Mapping[str, Facts]) -> frozenset[str]:
    """Give the cells that are not shown to a reader who is not entitled to small numbers.

    A small number could also be had by taking others from their total, or one month from a year:
    so with it go the totals of its row and column, and cumulative lines go altogether.
    """
    found = {
        f"{row.name}.{column.name}"
        for row in lines.rows
        for column in lines.columns
        if is_small(facts[f"{row.name}.{column.name}"])
        or {row.line.over, column.line.over} & {"year", "ever"}
    }
    small = {key for key in found if is_small(facts[key])}
    for row in lines.rows:
        for column in lines.columns:
            in_row = any(f"{row.name}.{other.name}" in small for other in lines.columns)
            in_column = any(f"{other.name}.{column.name}" in small for other in lines.rows)
            if (row.is_total and in_column) or (column.is_total and in_row):
                found.add(f"{row.name}.{column.name}")
    return frozenset(found)


def _asks(spec: Return, kept: Computation, hidden: Iterable[str]) -> Iterable[Text]:
    """Give the questions of figures that do not fit each other."""
    for name, one in spec.asks.items():
        facts = _seen(kept.cells["asks"][name], hidden)
        many, few = groups(facts["many"]), groups(facts["few"])
        if many >= one.at_least and many > one.times * few:
            yield Text(
                one.asks.zh.format(many=many, few=few), one.asks.en.format(many=many, few=few)
            )


def _versions(kept: Computation, hidden: Collection[str]) -> Iterable[Version]:
    """Give the computations, and how many of the figures that this reader sees differ."""
    same = Computation.objects.filter(name=kept.name, body=kept.body_id, period=kept.period)
    before: dict[str, Facts] = {}
    found = []
    for one in same.order_by("pk"):
        cells = {key: _seen(facts, hidden) for key, facts in one.cells["cells"].items()}
        keys = cells.keys() | before.keys()
        changed = sum(cells.get(k) != before.get(k) for k in keys) if before else 0
        found.append(Version(one.pk, one.seq, one.at, changed))
        before = cells
    return reversed(found)


def _listed(kept: Computation, reader: Who, hidden: Iterable[str], *, on: date) -> Iterable[Listed]:
    for name, found in kept.cells["ledger"].items():
        refs = _refs(_seen({"count": found}, hidden))
        yield Listed(name, len(refs), tuple(queries.known(reader, refs, on=on)))


def _refs(facts: Facts) -> list[str]:
    """Give the matters behind a figure: of a share those it is taken of."""
    shown = facts.get("of", facts.get("days", facts.get("count", [])))
    return [] if isinstance(shown, int) else sorted({str(ref) for ref, _ in shown})
