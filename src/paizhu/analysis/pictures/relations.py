"""Who buys from whom: units and suppliers, read off the business tables within a reader's reach.

Only sources that are approved and not expired are read (refusal 4), and only those of bodies that
the reader's posts supervise. What a line names is a unit and a supplier, never a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Source
from paizhu.analysis.pictures.shapes import Line, Tally, put
from paizhu.analysis.sources import day_of, sources_for
from paizhu.analysis.tables import Table
from paizhu.kernel.digest import digest
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: The columns that make a table one of who deals with whom.
UNIT, SUPPLIER = "unit", "supplier"
#: Drawn are so many suppliers, those that most units deal with first; and so many lines of a figure.
MOST_SUPPLIERS = 30
MOST_LINES = 500
#: Ties drawn; more would be a ball of wool.
MOST_DRAWN = 60
MOST_CELLS = 7


@dataclass(frozen=True, slots=True)
class Dealings:
    """What was read: the figures, the tables to choose from, and the sources it rests on."""

    tally: Tally
    choices: tuple[Line, ...]
    chosen: str
    sources: tuple[Source, ...]


def offered() -> dict[str, Table]:
    """Give the declared tables that say who deals with whom."""
    return {
        name: table
        for name, table in tables().items()
        if UNIT in table.columns and SUPPLIER in table.columns
    }


def dealings(who: Who, wanted: str, *, now: datetime) -> Dealings:
    """Count the lines of one table by supplier and unit."""
    there = offered()
    mine = [source for source in sources_for(who, now=now) if source.table in there]
    choices = tuple(
        Line(name, table.title) for name, table in there.items() if name in {s.table for s in mine}
    )
    names = [choice.key for choice in choices]
    chosen = wanted if wanted in names else next(iter(names), "")
    used = tuple(source for source in mine if source.table == chosen)
    found = _pairs(there[chosen], used, now) if used else []
    return Dealings(_tally(found), choices, chosen, used)


def _pairs(table: Table, used: Sequence[Source], now: datetime) -> list[tuple[str, str, str]]:
    with store.connect(used, tables=[table], on=day_of(now)) as connection:
        return connection.execute(
            f'SELECT "{UNIT}", "{SUPPLIER}", row_id FROM "{table.table}" '
            f'WHERE "{UNIT}" IS NOT NULL AND "{SUPPLIER}" IS NOT NULL ORDER BY 1, 2, 3'
        ).fetchall()


def _tally(found: Iterable[tuple[str, str, str]]) -> Tally:
    lines = list(found)
    units = sorted({unit for unit, _, _ in lines})
    wide = Counter(supplier for supplier, _ in {(s, u) for u, s, _ in lines})
    many = Counter(supplier for _, supplier, _ in lines)
    ordered = sorted(wide, key=lambda name: (-wide[name], -many[name], name))
    kept = ordered[:MOST_SUPPLIERS]
    rows = tuple(_line(name) for name in kept)
    columns = tuple(_line(name) for name in units)
    placed = ((_key(supplier), _key(unit), row) for unit, supplier, row in lines)
    left = len(ordered) - len(kept)
    note = Text(
        f"只列往来单位最多的 {len(kept)} 家供应商，另有 {left} 家未列；图上只画行数最多的 {MOST_DRAWN} 组往来，"
        "表中都有。往来多不等于有问题。",
        f"The {len(kept)} suppliers with the most units are shown, {left} more are not; drawn are the "
        f"{MOST_DRAWN} ties with the most lines, the table has all. Dealing with many is nothing wrong in itself.",
    )
    return Tally(
        rows, columns, put(placed, rows, columns), Text("供应商", "Supplier"),
        notes=(note,) if ordered else (),
    )  # fmt: skip


def _key(name: str) -> str:
    """Give a name a short key that may stand in an address, and does not say it."""
    return digest(name.encode()).removeprefix("sha256:")[:12]


def _line(name: str) -> Line:
    return Line(_key(name), Text(name, name))


def lines_of(
    found: Dealings, keys: Sequence[str], *, now: datetime
) -> tuple[tuple[Text, ...], Mapping[str, tuple[Text, ...]]]:
    """Give the lines of a figure as they stand in the table: heads, and cells by row."""
    if not found.chosen:
        return (), {}
    table = offered()[found.chosen]
    names = list(table.columns)[:MOST_CELLS]
    with store.connect(found.sources, tables=[table], on=day_of(now)) as connection:
        rows = store.rows_at(connection, table, list(keys[:MOST_LINES]))
    return tuple(table.columns[name].title for name in names), {
        str(row["row_id"]): tuple(_said(row.get(name)) for name in names) for row in rows
    }


def _said(value: object) -> Text:
    words = "" if value is None else str(value)
    return Text(words, words)
