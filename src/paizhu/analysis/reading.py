"""Turn the rows of a sheet into typed rows of a table, or say for each what is wrong with it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final, TextIO

from paizhu.analysis import cells
from paizhu.analysis.forbidden import BY_KEY, ColumnContent, holds
from paizhu.analysis.mapping import Mapped
from paizhu.analysis.problems import Problem, cut, letter
from paizhu.analysis.reports import ProblemList, Progress
from paizhu.analysis.sheets import Sheet
from paizhu.analysis.store import NULL
from paizhu.analysis.tables import Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_STEP: Final = 10_000
_NO: Final = frozenset({"", "0", "否", "no", "false", "n", "无", "não"})
Cell = object


@dataclass(slots=True)
class Profile:
    """What a first look at all cells shows: forbidden content and the order of written dates."""

    contents: dict[int, ColumnContent] = field(default_factory=dict)
    orders: dict[int, set[cells.DateOrder]] = field(default_factory=dict)
    rows: int = 0


def profile(sheet: Sheet, *, dates: Sequence[int], progress: Progress | None) -> Profile:
    """Look at every cell once, also in columns that will be left out."""
    seen = Profile({h.index: ColumnContent() for h in sheet.headers}, {i: set() for i in dates})
    columns = [(h.index, seen.contents[h.index].add) for h in sheet.headers]
    for number, row in sheet.rows():
        seen.rows += 1
        width = len(row)
        for index, add in columns:
            if index < width and row[index] not in ("", None):
                add(_shown(row[index]), number)
        for index in dates:
            order = cells.order_shown(row[index]) if index < width else None
            if order:
                seen.orders[index].add(order)
        if progress and seen.rows % _STEP == 0:
            progress("check", seen.rows)
    return seen


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) and cell.isascii() else cells.as_text(cell)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How one column is read from its cell."""

    name: str
    title: Text
    index: int | None
    fixed: str
    read: Callable[[Any], object]
    is_required: bool
    negative_if: str | None
    #: Kinds of forbidden content that the first look made likely in this column.
    suspected: tuple[str, ...]


@dataclass(slots=True)
class TypedRows:
    """The good rows of a sheet, written as they come; counts and problems when done."""

    sheet: Sheet
    table: Table
    mapped: Mapped
    profile: Profile
    problems: ProblemList
    read: int = 0
    kept: int = 0

    def write(self, out: TextIO, *, progress: Progress | None) -> None:
        """Write each good row to `out` in the form the store reads."""
        readers = list(self._readers())
        unclear = self._unclear_cells(readers)
        widest = max(header.index for header in self.sheet.headers) + 1
        writer = csv.writer(out, lineterminator="\n")
        for number, row in self.sheet.rows():
            self.read += 1
            wrong = list(self._wrong_places(number, row, widest, readers, unclear))
            values = self._values(number, row, readers, wrong)
            for problem in wrong:
                self.problems.add(problem)
            if not wrong:
                self.kept += 1
                writer.writerow(self._stored(number, values))
            if progress and self.read % _STEP == 0:
                progress("read", self.read)

    def _readers(self) -> Iterator[_Reader]:
        for name, column in self.table.columns.items():
            index = self.mapped.indexes.get(name)
            content = self.profile.contents.get(-1 if index is None else index, ColumnContent())
            by_type: dict[str, Callable[[Any], object]] = {
                "text": cells.read_text,
                "date": partial(cells.read_date, order=self._order(name, index)),
                "money": partial(
                    cells.read_money, scale=self.mapped.map.scale.get(name, Decimal(1))
                ),
                "number": cells.read_number,
            }
            read = by_type[column.type]
            yield _Reader(
                name, column.title, index, self.mapped.map.fixed.get(name, ""), read,
                column.required == "row", column.negative_if, content.suspected(),
            )  # fmt: skip

    def _order(self, name: str, index: int | None) -> cells.DateOrder | None:
        """Take the order that is given, or the one order that the column itself proves."""
        proved = self.profile.orders.get(-1 if index is None else index, set())
        return self.mapped.map.date_order.get(name) or (
            next(iter(proved)) if len(proved) == 1 else None
        )

    def _unclear_cells(self, readers: Sequence[_Reader]) -> frozenset[tuple[int, int]]:
        """Name the mapped cells that a merged range covers: whose value it is nobody can say."""
        mapped = [reader.index for reader in readers if reader.index is not None]
        return frozenset(
            (row + 1, index)
            for (top, left), (bottom, right) in self.sheet.merged
            for index in mapped
            if left <= index <= right
            for row in range(top, bottom + 1)
            if (row, index) != (top, left)
        )

    def _wrong_places(
        self, number: int, row: Sequence[Cell], widest: int, readers: Sequence[_Reader],
        unclear: frozenset[tuple[int, int]],
    ) -> Iterator[Problem]:  # fmt: skip
        """Give what is wrong with where things stand, whatever they are."""
        if len(row) > widest and any(cell not in ("", None) for cell in row[widest:]):
            yield self._problem(number, widest, "", Text(
                "本行的列比表头多，可能有未加引号的分隔符。请核对本行。",
                "This row has more columns than the header; a separator may lack quotes."))  # fmt: skip
        spoiled = self.sheet.spoiled
        if not (unclear or spoiled.errors or spoiled.formulas):
            return
        for index in (reader.index for reader in readers if reader.index is not None):
            if (number, index) in unclear:
                yield self._problem(number, index, "", Text(
                    "合并单元格：这一行的值不明确。请取消合并并逐行填写。",
                    "A merged cell: the value of this row is unclear. Unmerge and fill each row."))  # fmt: skip
            elif (number, index) in spoiled.errors:
                yield self._problem(number, index, "", Text(
                    "单元格是公式错误（如 #REF!）。请改正公式或填写数值。",
                    "The cell holds a formula error (such as #REF!). Mend it or write the value."))  # fmt: skip
            elif (number, index) in spoiled.formulas:
                yield self._problem(number, index, "", cells.uncalculated())

    def _values(
        self, number: int, row: Sequence[Cell], readers: Sequence[_Reader], wrong: list[Problem]
    ) -> dict[str, object]:
        known_wrong = {problem.column for problem in wrong}
        values: dict[str, object] = {}
        for reader in readers:
            cell: Cell = reader.fixed
            if reader.index is not None:
                cell = row[reader.index] if reader.index < len(row) else ""
                if known_wrong and letter(reader.index) in known_wrong:
                    continue
            say, value = _read(reader, cell)
            if say is not None:
                shown = "" if reader.suspected else cut(cells.as_text(cell))
                wrong.append(self._problem(number, reader.index, shown, say))
            values[reader.name] = value
        wrong.extend(self._negative(number, values, readers))
        return values

    def _negative(
        self, number: int, values: Mapping[str, object], readers: Sequence[_Reader]
    ) -> Iterator[Problem]:
        for reader in readers:
            value = values.get(reader.name)
            if not isinstance(value, Decimal) or value >= 0 or reader.negative_if is None:
                continue
            if str(values.get(reader.negative_if) or "").casefold() in _NO:
                other = self.table.columns[reader.negative_if].title
                yield self._problem(number, reader.index, str(value), Text(
                    f"负数金额。如系冲销，请在“{other.zh}”列注明；否则请核对。",
                    f"A negative amount. If it takes back an earlier one, say so in “{other.en}”; "
                    "otherwise check it."))  # fmt: skip

    def _stored(self, number: int, values: Mapping[str, object]) -> list[str]:
        words = [NULL if value in ("", None) else str(value) for value in values.values()]
        line = hashlib.blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
        return [*words, self.sheet.path.name, self.sheet.name, str(number), line]

    def _problem(self, row: int, index: int | None, value: str, say: Text) -> Problem:
        return Problem(self.sheet.name, row, "" if index is None else letter(index), value, say)


def _read(reader: _Reader, cell: Cell) -> tuple[Text | None, object]:
    """Give what is wrong with a cell, if anything, and its value."""
    if cell in ("", None) or (isinstance(cell, str) and not cell.strip()):
        if not reader.is_required:
            return None, None
        return Text(f"缺少“{reader.title.zh}”。请补上。",
                    f"“{reader.title.en}” is missing. Fill it in."), None  # fmt: skip
    if reader.suspected and (kind := holds(cells.as_text(cell), reader.suspected)):
        title = BY_KEY[kind].title
        return Text(f"内容含{title.zh}，不得采集。请删去后重新提供。",
                    f"This holds {title.en}, which must not be collected. Take it out."), None  # fmt: skip
    try:
        value = reader.read(cell)
    except Invalid as error:
        return error.say, None
    if isinstance(value, str) and NULL in value:
        return Text("含控制字符。请删去。", "This holds a control character. Take it out."), None
    return None, value
