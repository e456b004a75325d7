"""Teams side by side, in the figures of declared returns and no others.

An office does not look into the matters of a team. What it reads is what a return declares for its
post: kept figures, small numbers withheld, in the order of codes and never of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q

from paizhu.analysis.models import Computation
from paizhu.analysis.returns.computing import text_of
from paizhu.analysis.returns.declared import LoadedReturn, returns
from paizhu.analysis.returns.readers import Places, places_of_sent, read_from
from paizhu.analysis.returns.reading import Cell, table_of
from paizhu.analysis.returns.spans import Span, span_of
from paizhu.analysis.returns.spec import Return
from paizhu.casework import views
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class Choice:
    """A return that several teams make, of the last period that is over."""

    name: str
    title: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of the return, over the teams; None where a team has none."""

    title: Text
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """One return over the teams."""

    choice: Choice
    lines: tuple[Line, ...]
    #: By team: the computation the figures are of.
    kept: Mapping[int, int]
    withholds: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """What somebody may set side by side."""

    who: Who
    places: Mapping[int, Places]
    choices: tuple[Choice, ...]


def sides(who: Who, *, organs: Sequence[int], on: date) -> Sides:
    """Give which returns of teams somebody reads for more than their own. One query."""
    places = places_of_sent(organs, on=on)
    found = []
    for name, loaded in sorted(returns().items()):
        if "team" in loaded.spec.of and any(_reads(loaded, who, one) for one in places.values()):
            found.append(Choice(name, loaded.spec.title, _last_over(loaded, on)))
    return Sides(who, places, tuple(found))


def _reads(loaded: LoadedReturn, who: Who, places: Places) -> bool:
    return read_from(loaded.spec, who, places) is not None


def _last_over(loaded: LoadedReturn, on: date) -> Span:
    cadence = loaded.spec.period
    return span_of(cadence, span_of(cadence, on).first - timedelta(days=1))


def handed_in(
    found: Sides, teams: Sequence[Body]
) -> list[tuple[Choice, tuple[tuple[Body, datetime | None], ...]]]:
    """Say of each return of the last period which teams made it, and when. One query."""
    asked = [Q(name=one.name, period=one.span.name) for one in found.choices]
    if not asked:
        return []
    rows = Computation.objects.filter(reduce(or_, asked), body_id__in=[team.pk for team in teams])
    grouped = rows.order_by().values_list("name", "body_id").annotate(last=Max("at"))
    made = {(name, body): at for name, body, at in grouped}
    return [
        (one, tuple((team, made.get((one.name, team.pk))) for team in teams))
        for one in found.choices
    ]


def beside(found: Sides, name: str, teams: Sequence[Body]) -> Beside | None:
    """Give the last figures of one return over the teams. Three queries and one for each text."""
    choice = next((one for one in found.choices if one.name == name), None)
    if choice is None:
        return None
    rows = Computation.objects.filter(name=name, period=choice.span.name)
    newest: dict[int, Computation] = {}
    for kept in rows.filter(body_id__in=[team.pk for team in teams]).order_by("-pk"):
        newest.setdefault(kept.body_id, kept)
    hidden = views.recused(found.who)
    tables: dict[int, dict[str, tuple[Text, Cell]]] = {}
    withholds = False
    for kept, spec, entitled in _readable(found, newest):
        lines, shown, holds = table_of(kept, spec, hidden, is_entitled=entitled)
        withholds = withholds or holds
        tables[kept.body_id] = {
            place.name: (row.title, row.cells[0])
            for place, row in zip(lines.rows, shown, strict=True)
            if row.cells
        }
    titles = {name: title for table in tables.values() for name, (title, _) in table.items()}
    return Beside(
        choice=choice,
        lines=tuple(
            Line(title, tuple(_cell_of(tables, team.pk, name) for team in teams))
            for name, title in titles.items()
        ),
        kept={body: newest[body].pk for body in tables},
        withholds=withholds,
    )


def _cell_of(
    tables: Mapping[int, Mapping[str, tuple[Text, Cell]]], team: int, name: str
) -> Cell | None:
    found = tables.get(team, {}).get(name)
    return found[1] if found else None


def _readable(
    found: Sides, newest: Mapping[int, Computation]
) -> Iterator[tuple[Computation, Return, bool]]:
    """Give what the reader may read, by the rule then and by the rule now, and whether all of it."""
    texts = {
        kept.text: text_of(kept) for kept in {one.text: one for one in newest.values()}.values()
    }
    for body, kept in newest.items():
        places, then = found.places.get(body), texts[kept.text]
        if places is None:
            continue
        reads = [read_from(spec, found.who, places) for spec in (then, returns()[kept.name].spec)]
        if None not in reads:
            yield kept, then, all(one == "all" for one in reads) or not then.about_persons
