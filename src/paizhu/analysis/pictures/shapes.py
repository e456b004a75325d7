"""What a picture is made of: lines, columns, and the records behind each figure.

A figure is never stored beside its records: it is their number. So whoever opens a figure sees
what it counts, and nobody sees a figure over records that they may not know of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from paizhu.casework.cards import WhyLine
from paizhu.kernel.text import Text

#: How a picture is drawn; the table beside it is the same for all.
Kind = Literal["calendar", "flow", "bars", "heat", "net"]


@dataclass(frozen=True, slots=True)
class Line:
    """The name of a row or of a column; `key` stands in addresses."""

    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Beside:
    """A column of words that counts no records: an interval, a number of posts."""

    title: Text
    words: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Tally:
    """Records put into rows and columns. The key of a record stands in as many places as it counts."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    held: Mapping[tuple[str, str], tuple[str, ...]]
    #: What a row is, for the head of the table.
    head: Text
    beside: tuple[Beside, ...] = ()
    #: Said under the table: what the figures leave out.
    notes: tuple[Text, ...] = ()

    def records(self, row: str, column: str) -> tuple[str, ...]:
        """Give the records of one figure; without a row, or a column, those of all."""
        found = (
            key
            for (r, c), keys in self.held.items()
            if row in ("", r) and column in ("", c)
            for key in keys
        )
        return tuple(dict.fromkeys(found))

    def number(self, row: str = "", column: str = "") -> int:
        """Give one figure."""
        return len(self.records(row, column))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to be shown: what it asks, how it counted, and its figures."""

    name: str
    kind: Kind
    title: Text
    asks: Text
    why: tuple[WhyLine, ...]
    tally: Tally
    #: What a figure counts, matters or lines of a table, as it is said of `n` of them.
    counts: Text
    #: Where the columns are parts of one whole and may be stacked.
    stacked: bool = True
    #: The choice among sources, where there is one: value, title.
    choices: tuple[Line, ...] = ()
    chosen: str = ""
    #: Code of the body whose matters alone are counted; empty: of all.
    of: str = ""
    #: Lines of records that are no matters, by key.
    lines: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    line_heads: tuple[Text, ...] = ()


def put(
    placed: Iterable[tuple[str, str, str]], rows: Sequence[Line], columns: Sequence[Line]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Put records into their places: row, column, key; what has no row or column is left out."""
    known_rows, known_columns = {r.key for r in rows}, {c.key for c in columns}
    held: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row, column, key in placed:
        if row in known_rows and column in known_columns:
            held[(row, column)][key] = None
    return {place: tuple(keys) for place, keys in held.items()}
