"""What the cells of a column look like: a hint beside a header, never a reading of it."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Final

from paizhu.analysis import cells
from paizhu.analysis.sheets import Broken, Nested, Sheet
from paizhu.analysis.tables import ColumnType
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_SAMPLE: Final = 200
#: So many of the filled cells must agree.
_SHARE: Final = 0.9
TITLES: Final[dict[ColumnType, Text]] = {
    "date": Text("像是日期", "looks like dates"),
    "number": Text("像是数字", "looks like numbers"),
    "text": Text("像是文字", "looks like words"),
}


def looks_of(sheet: Sheet) -> dict[int, ColumnType]:
    """Say for each column of the first rows what nearly all its cells look like."""
    if sheet.faults:
        return {}
    counts: dict[int, dict[ColumnType, int]] = {header.index: {} for header in sheet.headers}
    try:
        for _, row in islice(sheet.rows(), _SAMPLE):
            if row and isinstance(row[0], Broken):
                continue
            for index, seen in counts.items():
                if index < len(row) and (kind := _kind(row[index])):
                    seen[kind] = seen.get(kind, 0) + 1
    except Invalid:
        return {}  # the import itself says where the file ends
    return {
        index: max(seen, key=lambda kind: seen[kind])
        for index, seen in counts.items()
        if seen and max(seen.values()) >= _SHARE * sum(seen.values())
    }


def _kind(cell: object) -> ColumnType | None:
    if cell in ("", None) or isinstance(cell, Nested):
        return None
    if isinstance(cell, date):
        return "date"
    words = cells.as_text(cell)
    if words.isdigit() and words.startswith("0") and len(words) > 1:
        return "text"  # a code: a number has no leading zero
    try:
        cells.read_number(words)
    except Invalid:
        return _date_or_words(words)
    return _date_or_words(words) if len(words) == 8 and words.startswith("20") else "number"


def _date_or_words(words: str) -> ColumnType:
    try:
        cells.read_date(words, order="dmy")
    except Invalid:
        return "number" if words.isdigit() else "text"
    return "date"
