"""Turn the rows of a sheet into typed rows of a table, or say for each what is wrong with it."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any, Final, TextIO

from paizhu.analysis import cells
from paizhu.analysis.forbidden import BY_KEY, SHORTEST, ColumnContent, holds
from paizhu.analysis.mapping import Mapped
from paizhu.analysis.problems import Problem, cut, letter
from paizhu.analysis.reports import ProblemList, Progress
from paizhu.analysis.sheets import Broken, Nested, Row, Sheet
from paizhu.analysis.store import NULL
from paizhu.analysis.tables import Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

_STEP: Final = 10_000
#: So many different cells of a column are remembered.
_MOST_KNOWN: Final = 50_000
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
    # Units, classes and suppliers come again and again: what holds no number is only counted then.
    columns = [(h.index, seen.contents[h.index].add, set[str]()) for h in sheet.headers]
    # Most cells are too short to hold anything refused: they are only counted.
    short = dict.fromkeys(seen.contents, 0)
    for number, row in sheet.rows():
        seen.rows += 1
        if row and isinstance(row[0], Broken):
            continue
        width = len(row)
        for index, add, plain in columns:
            if index >= width or not (cell := row[index]):
                if index < width and cell is not None and cell != "":
                    short[index] += 1
            elif type(cell) is str and (cell in plain or (len(cell) < SHORTEST and cell.isascii())):
                short[index] += 1
            elif not add(_shown(cell), number) and type(cell) is str and len(plain) < _MOST_KNOWN:
                plain.add(cell)
        for index in dates:
            order = cells.order_shown(row[index]) if index < width else None
            if order:
                seen.orders[index].add(order)
        if progress and seen.rows % _STEP == 0:
            progress("check", seen.rows)
    for index, count in short.items():
        seen.contents[index].filled += count
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
    #: Its value is looked at again for a negative amount.
    is_asked: bool
    #: Kinds of forbidden content that the first look made likely in this column.
    suspected: tuple[str, ...]
    #: What good cells came to, and how it is stored: units, classes and days come again and again.
    known: dict[str, tuple[object, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each word of a stored row comes from: most columns of a table say the same in each row."""

    #: The words of a row, those of cells still to be read.
    words: list[str]
    #: Which columns are read from each row, and the place of their word.
    read: list[tuple[int, _Reader]]
    #: Values that are looked at again, as far as they are the same in each row.
    amounts: dict[str, object]
    #: The columns that may hold a negative amount only with a reason.
    signed: list[_Reader]


def _laid_out(readers: Sequence[_Reader]) -> _Layout:
    """Read once what no cell says, unless something is wrong with it: then each row says so."""
    words: list[str] = []
    read: list[tuple[int, _Reader]] = []
    amounts: dict[str, object] = {}
    for place, reader in enumerate(readers):
        say, value = (None, None) if reader.index is not None else _read(reader, reader.fixed)
        words.append(_stored(value))
        if reader.index is not None or say is not None:
            read.append((place, reader))
        elif reader.is_asked:
            amounts[reader.name] = value
    return _Layout(words, read, amounts, [one for one in readers if one.negative_if is not None])


@dataclass(slots=True)
class TypedRows:
    """The good rows of a sheet, written as they come; counts and problems when done."""

    sheet: Sheet
    table: Table
    mapped: Mapped
    profile: Profile
    problems: ProblemList
    #: What the file was called, where it is not the name of the file read.
    called: str = ""
    #: Rows of the file that earlier parts have seen.
    before: int = 0
    read: int = 0
    kept: int = 0

    def write(self, out: TextIO, rows: Iterable[Row], *, progress: Progress | None = None) -> None:
        """Write each good row of these to `out` in the form the store reads."""
        readers = list(self._readers())
        layout = _laid_out(readers)
        unclear = self._unclear_cells(readers)
        widest = max(header.index for header in self.sheet.headers) + 1
        spoiled = self.sheet.spoiled
        looks_at_places = bool(unclear or spoiled.errors or spoiled.formulas)
        place = (self.sheet.path.name if not self.called else self.called, self.sheet.name)
        writer = csv.writer(out, lineterminator="\n")
        for number, row in rows:
            self.read += 1
            if row and isinstance(row[0], Broken):
                wrong = [self._problem(number, None, "", row[0].say)]
            else:
                wrong = []
                if looks_at_places or len(row) > widest:
                    wrong = list(self._wrong_places(number, row, widest, readers, unclear))
                words = self._words(number, row, layout, wrong)
            for problem in wrong:
                self.problems.add(problem)
            if not wrong:
                self.kept += 1
                line = hashlib.blake2b("\x1f".join(words).encode(), digest_size=12).hexdigest()
                writer.writerow((*words, *place, number, line))
            if progress and self.read % _STEP == 0:
                progress("read", self.before + self.read)

    def _readers(self) -> Iterator[_Reader]:
        asked = {c.negative_if for c in self.table.columns.values()} - {None}
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
                column.required == "row", column.negative_if,
                name in asked or column.negative_if is not None, content.suspected(),
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

    def _words(
        self, number: int, row: Sequence[Cell], layout: _Layout, wrong: list[Problem]
    ) -> list[str]:
        """Give each value of a row as it is stored; add what is wrong with it."""
        known_wrong = {problem.column for problem in wrong} if wrong else ()
        words = layout.words.copy()
        amounts = layout.amounts.copy()
        width = len(row)
        for place, reader in layout.read:
            cell: Cell = reader.fixed
            if reader.index is not None:
                cell = row[reader.index] if reader.index < width else ""
                if known_wrong and letter(reader.index) in known_wrong:
                    continue
            known = reader.known.get(cell) if type(cell) is str else None
            if known is None:
                say, value = _read(reader, cell)
                known = value, _stored(value)
                if say is not None:
                    shown = "" if reader.suspected else cut(cells.as_text(cell))
                    wrong.append(self._problem(number, reader.index, shown, say))
                elif type(cell) is str and len(reader.known) < _MOST_KNOWN:
                    reader.known[cell] = known
            words[place] = known[1]
            if reader.is_asked:
                amounts[reader.name] = known[0]
        for reader in layout.signed:
            amount = amounts.get(reader.name)
            if isinstance(amount, Decimal) and amount < 0:
                wrong.extend(self._negative(number, amount, amounts, reader))
        return words

    def _negative(
        self, number: int, amount: Decimal, values: Mapping[str, object], reader: _Reader
    ) -> Iterator[Problem]:
        reason = reader.negative_if or ""
        if str(values.get(reason) or "").casefold() in _NO:
            other = self.table.columns[reason].title
            yield self._problem(number, reader.index, str(amount), Text(
                f"负数金额。如系冲销，请在“{other.zh}”列注明；否则请核对。",
                f"A negative amount. If it takes back an earlier one, say so in “{other.en}”; "
                "otherwise check it."))  # fmt: skip

    def _problem(self, row: int, index: int | None, value: str, say: Text) -> Problem:
        return Problem(self.sheet.name, row, "" if index is None else letter(index), value, say)


def _stored(value: object) -> str:
    return NULL if value in ("", None) else str(value)


def _read(reader: _Reader, cell: Cell) -> tuple[Text | None, object]:
    """Give what is wrong with a cell, if anything, and its value."""
    if cell in ("", None) or (isinstance(cell, str) and not cell.strip()):
        if not reader.is_required:
            return None, None
        return Text(f"缺少“{reader.title.zh}”。请补上。",
                    f"“{reader.title.en}” is missing. Fill it in."), None  # fmt: skip
    if isinstance(cell, Nested):
        return Text("这一格不是单个的值，而是一组值。请拆成各自的列。",
                    "This is not one value but several in one. Give each its own column."), None  # fmt: skip
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
