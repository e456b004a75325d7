"""Read .xlsx and .csv as rows with their place; say at once what is wrong with the file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from paizhu.analysis import encodings
from paizhu.analysis.problems import Problem, cut, letter
from paizhu.analysis.workbooks import (
    LARGEST_UNPACKED,
    MOST_PLACES,
    NONE_SPOILED,
    SpoiledCells,
    most_places,
    spoiled_cells,
    unpacked_size,
)
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: A row as it stands in the file: its number as a spreadsheet shows it, and its cells.
Row = tuple[int, Sequence[object]]
Range = tuple[tuple[int, int], tuple[int, int]]

#: How far down the first written row may stand.
_HEADER_WITHIN: Final = 50
_EMPTY: Final = ("", None)
#: No table has so many; a file of a few letters could say millions.
MOST_COLUMNS: Final = 2_000


class Nested(str):
    """A cell that holds several values in one; shown as text, never read as a value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands alone in a row that could not be read at all."""

    say: Text


@dataclass(frozen=True, slots=True)
class Header:
    """The title of a column and where it stands."""

    title: str
    index: int

    @property
    def letter(self) -> str:
        return letter(self.index)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file, opened: its header and what is wrong with it as a whole.

    When `faults` is not empty the rows are not to be read.
    """

    path: Path
    name: str
    header_row: int = 0
    headers: tuple[Header, ...] = ()
    faults: tuple[Problem, ...] = ()
    #: Other sheets of the same file that hold something; they are not read.
    others: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    merged: tuple[Range, ...] = ()
    spoiled: SpoiledCells = field(default=NONE_SPOILED)
    #: The sheet of a workbook as read; a .csv is read again from the file each time.
    page: CalamineSheet | None = field(default=None, repr=False)
    #: How the rows of any other kind of file are read.
    lines: Callable[[], Iterator[Row]] | None = field(default=None, repr=False)

    def rows(self) -> Iterator[Row]:
        """Give the rows below the header that hold anything."""
        if self.lines is not None:
            every = self.lines()
        else:
            every = _calamine_rows(self.page) if self.page is not None else _csv_rows(self)
        for number, cells in every:
            if number <= self.header_row:
                continue
            # Most rows have something in their first cell already.
            if (cells and cells[0] not in _EMPTY) or any(cell not in _EMPTY for cell in cells):
                yield number, cells


def open_sheet(path: Path, *, sheet: str | None = None) -> Sheet:
    """Open a workbook or a .csv and read its header."""
    return _open_csv(path) if path.suffix.lower() == ".csv" else _open_xlsx(path, sheet)


# --- .xlsx --------------------------------------------------------------------------------------


def _open_xlsx(path: Path, wanted: str | None) -> Sheet:
    try:
        if unpacked_size(path, most=LARGEST_UNPACKED) > LARGEST_UNPACKED:
            return faulty(path, path.name, _too_large())
        if most_places(path) > MOST_PLACES:
            return faulty(path, path.name, _too_wide())
        with CalamineWorkbook.from_path(path) as book:
            return _choose(path, book, wanted)
    except (CalamineError, BadZipFile, OSError, ValueError):
        return faulty(path, path.name, Text(
            "文件已损坏、被加密，或不是真正的 .xlsx。请用表格软件打开后另存为 .xlsx 再导入。",
            "The file is broken, encrypted, or no real .xlsx. Open it in a spreadsheet program, "
            "save it as .xlsx, and import that."))  # fmt: skip


def _choose(path: Path, book: CalamineWorkbook, wanted: str | None) -> Sheet:
    shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
    if wanted is not None and wanted not in shown:
        return faulty(path, path.name, Text(
            f"没有名为“{wanted}”的工作表；文件中有：{'、'.join(shown)}。",
            f"There is no sheet “{wanted}”; the file has: {', '.join(shown)}."))  # fmt: skip
    pages = {name: book.get_sheet_by_name(name) for name in shown}
    filled = [name for name, page in pages.items() if page.start is not None]
    name = wanted or (filled[0] if filled else None)
    if name is None or name not in filled:
        return faulty(path, name or path.name, nothing_there())
    page = pages[name]
    others = tuple(other for other in filled if other != name)
    merged = tuple(page.merged_cell_ranges or ())
    opened = Sheet(path, name, others=others, merged=merged, page=page,
                   spoiled=spoiled_cells(path, sheet=name))  # fmt: skip
    return _with_header(opened, _calamine_rows(page))


def _calamine_rows(sheet: CalamineSheet) -> Iterator[Row]:
    before = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*before, *cells]


# --- .csv ---------------------------------------------------------------------------------------


def _open_csv(path: Path) -> Sheet:
    found = encodings.detect(path)
    if isinstance(found, encodings.Undecodable):
        return Sheet(path, path.name, faults=(Problem(path.name, found.line, "", "", found.say),))
    with path.open(encoding=found, newline="") as lines:
        delimiter = encodings.delimiter_of(lines.read(64_000))
    sheet = Sheet(path, path.name, encoding=found, delimiter=delimiter)
    try:
        return _with_header(sheet, _csv_rows(sheet))
    except Invalid as unclosed:
        return faulty(path, path.name, unclosed.say)


def _csv_rows(sheet: Sheet) -> Iterator[Row]:
    number = 0
    with sheet.path.open(encoding=sheet.encoding, newline="") as lines:
        # Strict: an unclosed quotation mark would otherwise swallow all rows below it.
        records = csv.reader(lines, delimiter=sheet.delimiter, strict=True)
        try:
            for number, cells in enumerate(records, start=1):
                yield number, cells
        except csv.Error:
            raise Invalid(
                Text(f"第 {number + 1} 行之后的引号没有成对，无法分列。请检查该行的双引号。",
                     f"A quotation mark is not closed after row {number + 1}, so the columns "
                     "cannot be told apart. Check the quotes of that row.")
            ) from None  # fmt: skip


# --- the header ---------------------------------------------------------------------------------


def _with_header(sheet: Sheet, rows: Iterator[Row]) -> Sheet:
    for number, cells in rows:
        if number > _HEADER_WITHIN:
            break
        if any(cell not in _EMPTY for cell in cells):
            return with_headers(sheet, number, cells)
    return faulty(sheet.path, sheet.name, nothing_there())


def with_headers(
    sheet: Sheet, number: int, cells: Sequence[object], *,
    lines: Callable[[], Iterator[Row]] | None = None,
) -> Sheet:  # fmt: skip
    """Take these cells of row `number` for the header; `lines` reads what stands below."""
    if len(cells) > MOST_COLUMNS:
        return faulty(sheet.path, sheet.name, _too_wide())
    headers = tuple(
        Header(" ".join(str(cell).split()), index)
        for index, cell in enumerate(cells)
        if cell not in _EMPTY
    )
    faults = [*_merged_header(sheet, number), *_twice(sheet, number, headers)]
    return replace(sheet, header_row=number, headers=headers, faults=tuple(faults), lines=lines)


def _merged_header(sheet: Sheet, number: int) -> Iterator[Problem]:
    for (top, left), (bottom, right) in sheet.merged:
        if top + 1 <= number <= bottom + 1:
            area = f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
            yield Problem(sheet.name, number, letter(left), "", Text(
                f"表头含合并单元格 {area}。请取消合并，只留一行表头，每列一个名称；大标题请删去。",
                f"The header has merged cells {area}. Unmerge them; keep one header row with one "
                "name for each column, and remove a title above it."))  # fmt: skip


def _twice(sheet: Sheet, number: int, headers: tuple[Header, ...]) -> Iterator[Problem]:
    first: dict[str, Header] = {}
    for header in headers:
        known = first.setdefault(header.title.casefold(), header)
        if known is not header:
            yield Problem(sheet.name, number, header.letter, cut(header.title), Text(
                f"表头“{cut(header.title)}”重复：{known.letter} 列已有。请改名或删去一列。",
                f"The header “{cut(header.title)}” stands twice: also in column {known.letter}. "
                "Rename or remove one."))  # fmt: skip


def faulty(path: Path, name: str, say: Text) -> Sheet:
    """Give a sheet whose rows are not to be read, and why."""
    return Sheet(path, name, faults=(Problem(name, 0, "", "", say),))


def nothing_there() -> Text:
    """Say that there is nothing to read."""
    return Text("表中没有内容。请确认选对了文件和工作表，并且没有隐藏。",
                "There is nothing in the sheet. Check that it is the right file and sheet, "
                "and that it is not hidden.")  # fmt: skip


def _too_large() -> Text:
    return Text("工作簿解开后过大，未读取。请另存为 .csv 再导入，行数不限。",
                "The workbook is too large when unpacked and was not read. Save it as .csv and "
                "import that; the number of rows is then not limited.")  # fmt: skip


def _too_wide() -> Text:
    return Text("工作表跨得过宽：最后一个单元格离第一个太远，或者列数过多，未读取。请删去表格以外的内容后另存。",
                "The sheet spans too far: its last cell stands too far from its first, or there are too many "
                "columns. It was not read. Delete what stands outside the table and save it again.")  # fmt: skip


def damaged_after(number: int) -> Text:
    """Say from where on a file cannot be read."""
    return Text(f"文件在第 {number} 行之后已损坏，无法读取。请重新导出。",
                f"The file is broken after row {number} and cannot be read. Export it again.")  # fmt: skip
