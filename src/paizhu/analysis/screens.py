"""The statistics of a tender beside a flag on it: figures and prices for a person to look at.

They raise nothing. They are read anew from the rows as they stand, from sources that may be read
today, and shown to those who supervise the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from paizhu.analysis import ownvalues, store
from paizhu.analysis.assessing import Assessment, Found, assess
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import LoadedMeasure, measures
from paizhu.analysis.measurespec import Beside
from paizhu.analysis.models import Flag, Source
from paizhu.analysis.sources import day_of
from paizhu.kernel import money
from paizhu.kernel.text import Text

#: So many prices are drawn; a tender with more is seen by its figures.
MOST_POINTS: Final = 60


@dataclass(frozen=True, slots=True)
class Point:
    """One price: whose, how much, and how far above the lowest."""

    label: str
    amount: str
    #: In per cent of the lowest, with two places.
    above: Decimal


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure, what it tells, and where it lies among the unit's other tenders."""

    title: Text
    value: str
    among: Text
    tells: Text


@dataclass(frozen=True, slots=True)
class ScreenCard:
    """What an indicator says of the thing a flag is about; without points, why it says nothing."""

    measure: str
    title: Text
    why: Text
    alarms: tuple[Text, ...]
    points: tuple[Point, ...]
    figures: tuple[FigureCard, ...]
    silent: tuple[Text, ...]


def beside(flag: Flag, *, now: datetime) -> tuple[ScreenCard, ...]:
    """Give what indicators say of the thing a flag is about."""
    return tuple(
        _card(one, one.spec.beside, flag, now)
        for _, one in sorted(measures().items())
        if one.spec.beside and all(flag.facts.get(name) for name in one.spec.beside.match)
    )


def _card(loaded: LoadedMeasure, shape: Beside, flag: Flag, now: datetime) -> ScreenCard:
    first, day = next(iter(loaded.spec.inputs)), day_of(now)
    sources = list(Source.objects.filter(table=first, body=flag.run.body_id))
    measure, _ = ownvalues.in_force(loaded, flag.run.body_id, on=day)
    with store.connect(sources, tables=[tables()[first]], on=day) as connection:
        result = assess(measure.spec, measure.sql, connection=connection, tables=tables(), on=day,
                        calendar=measure.calendar)  # fmt: skip
        found = _same(result, shape, flag)
        rows = (
            store.rows_at(connection, tables()[first], found.row_ids[:MOST_POINTS]) if found else []
        )
    others = [one for one in result.found if found and one.body == found.body]
    return ScreenCard(
        loaded.name,
        loaded.spec.title,
        loaded.spec.why,
        loaded.spec.known_false_alarms,
        _points(rows, shape),
        tuple(_figures(found, others, shape)) if found else (),
        () if found else tuple(_silent(measure, result)),
    )


def _same(result: Assessment, shape: Beside, flag: Flag) -> Found | None:
    wanted = [str(flag.facts[name]) for name in shape.match]
    same = (one for one in result.found if [str(one.facts[n]) for n in shape.match] == wanted)
    return next(same, None)


def _points(rows: Sequence[Mapping[str, object]], shape: Beside) -> tuple[Point, ...]:
    priced = sorted((Decimal(str(row[shape.amount])), str(row[shape.label])) for row in rows)
    return tuple(
        Point(label, money.say(amount.quantize(Decimal("0.01"))),
              ((amount / priced[0][0] - 1) * 100).quantize(Decimal("0.01")))
        for amount, label in priced
    )  # fmt: skip


def _figures(found: Found, others: Sequence[Found], shape: Beside) -> Iterator[FigureCard]:
    for name, figure in shape.figures.items():
        value = Decimal(str(found.facts[name]))
        lower = sum(Decimal(str(one.facts[name])) < value for one in others)
        yield FigureCard(figure.title, f"{value:f}", Text(
            f"{len(others)} 个项目中 {lower} 个更低", f"lower in {lower} of {len(others)}"), figure.tells)  # fmt: skip


def _silent(measure: LoadedMeasure, result: Assessment) -> Iterator[Text]:
    """Say why there are no figures: nothing could be judged, or this tender is left out."""
    yield from result.reasons
    if not result.reasons:
        yield from measure.spec.exclusions
        yield Text("该项目的记录已不可读，或不在可以计算的范围内。",
                   "The rows of this one can no longer be read, or are not among those that count.")  # fmt: skip
