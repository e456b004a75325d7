"""Which header is which column: guessed with the reason shown, given, or remembered; never silent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, Self
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, ValidationError

from paizhu.analysis.cells import DateOrder
from paizhu.analysis.forbidden import kind_of_header
from paizhu.analysis.looks import TITLES, looks_of
from paizhu.analysis.problems import Problem
from paizhu.analysis.sheets import Header, Sheet
from paizhu.analysis.tables import ColumnType, Table
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

#: Units that Chinese books write into the header of an amount.
_SCALES: Final = {"万元": Decimal(10_000), "千元": Decimal(1_000), "百万元": Decimal(1_000_000),
                  "亿元": Decimal(100_000_000)}  # fmt: skip
_IN_BRACKETS: Final = re.compile(r"[(\[【（](.*?)[)\]】）]")


class ColumnMap(BaseModel):
    """How the headers of one kind of sheet become columns. Kept with each load."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: column: header
    columns: dict[str, str]
    #: Headers left out on purpose; a column of a kind that allows it may be refused no more.
    ignored: tuple[str, ...] = ()
    #: column: a value that holds for the whole sheet, stated by the importer (`currency: CNY`).
    fixed: dict[str, str] = {}
    #: column: by how much its numbers are multiplied (万元: 10000).
    scale: dict[str, Decimal] = {}
    date_order: dict[str, DateOrder] = {}

    @classmethod
    def read(cls, data: object) -> Self:
        """Read a mapping as written in JSON; raise Invalid naming the key that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "–"
            allowed = ", ".join(cls.model_fields)
            raise Invalid(Text(
                f"列对应的“{where}”写法不对（{first['msg']}）。可用的键：{allowed}。",
                f"“{where}” in the mapping is not right ({first['msg']}). Keys: {allowed}.")) from None  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """One header, the column it was taken for (None: left out), and why."""

    header: str
    letter: str
    column: str | None
    why: Text
    how: Literal["given", "remembered", "same", "contains", "none"] = "none"
    #: What the cells look like, where nearly all agree.
    looks: Text | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """The mapping that will be used, how it came about, and what keeps it from being used."""

    map: ColumnMap
    guesses: tuple[Guess, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: column: index in the sheet
    indexes: Mapping[str, int] = field(default_factory=dict)


def load(path: Path) -> ColumnMap:
    """Read a mapping file."""
    try:
        return ColumnMap.read(json.loads(path.read_text("utf-8-sig")))
    except (OSError, ValueError):
        raise Invalid(Text(f"列对应文件“{path.name}”不是可读的 JSON。",
                           f"The mapping file “{path.name}” is no readable JSON.")) from None  # fmt: skip


def save(mapping: ColumnMap, path: Path) -> None:
    """Write a mapping file that `load` reads."""
    path.write_text(mapping.model_dump_json(indent=2, exclude_defaults=True), "utf-8")


def settle(
    sheet: Sheet, table: Table, *, given: ColumnMap | None, remembered: ColumnMap | None = None
) -> Mapped:
    """Take the given mapping, or the remembered one, or guess one; say what is missing."""
    by_title = {header.title.casefold(): header for header in sheet.headers}
    mapping, looks = given or remembered, looks_of(sheet)
    guesses = (
        _said(sheet, mapping, is_given=given is not None)
        if mapping
        else _guess(sheet.headers, table)
    )
    mapping = mapping or _from_guesses(guesses, table)
    guesses = tuple(
        replace(guess, looks=TITLES[looks[header.index]] if header.index in looks else None)
        for guess, header in zip(guesses, sheet.headers, strict=True)
    )
    problems = [
        *_unknown(sheet, table, mapping, by_title),
        *_missing(sheet, table, mapping, looks),
    ]
    indexes = {
        column: by_title[title.casefold()].index
        for column, title in mapping.columns.items()
        if title.casefold() in by_title and column in table.columns
    }
    return Mapped(mapping, guesses, tuple(problems), indexes)


def fits(mapping: ColumnMap, headers: Sequence[Header]) -> bool:
    """Say whether a remembered mapping finds all its headers here."""
    there = {header.title.casefold() for header in headers}
    return all(title.casefold() in there for title in mapping.columns.values())


def _said(sheet: Sheet, mapping: ColumnMap, *, is_given: bool) -> tuple[Guess, ...]:
    by_title = {title.casefold(): column for column, title in mapping.columns.items()}
    why = (Text("按给定的列对应", "as the mapping says") if is_given
           else Text("按上次对这个单位的对应，请核对", "as the last time for this body; please check"))  # fmt: skip
    return tuple(
        Guess(header.title, header.letter, by_title.get(header.title.casefold()), why,
              "given" if is_given else "remembered")
        for header in sheet.headers
    )  # fmt: skip


def _guess(headers: Sequence[Header], table: Table) -> tuple[Guess, ...]:
    """Take exact names first, then headers that contain a known one; two of a kind take nothing."""
    named = [(h, *_best(h.title, table)) for h in headers]
    sure = {column for _, column, how, _ in named if how == "same" and column}
    counts: dict[str, int] = {}
    for _, column, how, _ in named:
        if column and (how == "same" or column not in sure):
            counts[column] = counts.get(column, 0) + 1
    guesses = []
    for header, column, how, word in named:
        if column and how == "contains" and column in sure:
            column, how = None, "none"
        if column and counts[column] > 1:
            title = table.columns[column].title
            guesses.append(Guess(header.title, header.letter, None, Text(
                f"不止一列像“{title.zh}”，请指明用哪一列",
                f"more than one column looks like “{title.en}”; say which to use")))  # fmt: skip
        else:
            guesses.append(Guess(header.title, header.letter, column, _why(column, how, word), how))
    return tuple(guesses)


def _best(title: str, table: Table) -> tuple[str | None, Literal["same", "contains", "none"], str]:
    if kind_of_header(title):
        return None, "none", ""
    plain = _plain(title)
    found: tuple[int, str, str] | None = None
    for key, column in table.columns.items():
        for word in (key, column.title.zh, column.title.en, *column.synonyms):
            known = _plain(word)
            if known == plain:
                return key, "same", word
            # A short word is found inside too many others to mean anything.
            if len(known) >= (3 if known[0] > "\u2e80" else 6) and known in plain:
                found = max(found or (0, "", ""), (len(known), key, word))
    return (found[1], "contains", found[2]) if found else (None, "none", "")


def _plain(title: str) -> str:
    folded = normalize("NFKC", title).casefold()
    return re.sub(r"[\W\d_]+", "", _IN_BRACKETS.sub("", folded)) or re.sub(r"\W+", "", folded)


def _why(column: str | None, how: str, word: str) -> Text:
    if column is None:
        return Text("没有相应的列，不导入也不保存", "no such column: not imported, not kept")
    if how == "same":
        return Text(f"表头即“{word}”", f"the header is “{word}”")
    return Text(f"表头包含“{word}”，请核对", f"the header contains “{word}”; please check")


def _from_guesses(guesses: Sequence[Guess], table: Table) -> ColumnMap:
    columns = {guess.column: guess.header for guess in guesses if guess.column}
    scale = {}
    for column, header in columns.items():
        unit = next(
            (s for u, s in sorted(_SCALES.items(), key=lambda p: -len(p[0])) if u in header), None
        )
        if unit and table.columns[column].type == "money":
            scale[column] = unit
    return ColumnMap(columns=columns, scale=scale)


def _unknown(
    sheet: Sheet, table: Table, mapping: ColumnMap, by_title: Mapping[str, Header]
) -> list[Problem]:
    problems = []
    named = {*mapping.columns, *mapping.fixed, *mapping.scale, *mapping.date_order}
    for column in sorted(named - set(table.columns)):
        problems.append(Problem(sheet.name, sheet.header_row, "", column, Text(
            f"表“{table.title.zh}”没有列“{column}”；有：{', '.join(table.columns)}。",
            f"The table “{table.title.en}” has no column “{column}”; it has: "
            f"{', '.join(table.columns)}.")))  # fmt: skip
    for column, title in mapping.columns.items():
        if title.casefold() not in by_title:
            problems.append(Problem(sheet.name, sheet.header_row, "", title, Text(
                f"列对应给“{column}”指定的表头“{title}”不在表中；表头有：{_listed(sheet)}。",
                f"The mapping takes “{column}” from the header “{title}”, which is not there; "
                f"headers: {_listed(sheet)}.")))  # fmt: skip
    return problems


def _missing(
    sheet: Sheet, table: Table, mapping: ColumnMap, looks: Mapping[int, ColumnType]
) -> list[Problem]:
    problems = []
    for key, column in table.columns.items():
        if column.required != "no" and key not in mapping.columns and key not in mapping.fixed:
            near_zh, near_en = _likely(sheet, mapping, looks, column.type)
            problems.append(Problem(sheet.name, sheet.header_row, "", "", Text(
                f"缺少必需的列“{column.title.zh}”（{key}）。表头有：{_listed(sheet)}。{near_zh}请补上，或用列对应指明。",
                f"The required column “{column.title.en}” ({key}) is missing. Headers: "
                f"{_listed(sheet)}. {near_en}Add it, or name it in the mapping.")))  # fmt: skip
    return problems


def _likely(
    sheet: Sheet, mapping: ColumnMap, looks: Mapping[int, ColumnType], kind: ColumnType
) -> tuple[str, str]:
    """Name the headers without a column whose cells look like what is missing; nobody takes them."""
    wanted = "number" if kind == "money" else kind
    taken = {title.casefold() for title in mapping.columns.values()}
    near = [
        h for h in sheet.headers if looks.get(h.index) == wanted and h.title.casefold() not in taken
    ]
    if kind == "text" or not near:
        return "", ""
    named = ", ".join(f"{header.letter}“{header.title}”" for header in near)
    title = TITLES[wanted]
    return f"{named} {title.zh}。", f"{named} {title.en}. "


def _listed(sheet: Sheet) -> str:
    return ", ".join(f"{header.letter}“{header.title}”" for header in sheet.headers)
