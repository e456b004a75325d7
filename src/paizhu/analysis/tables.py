"""Declared business tables: which columns there are, what they mean, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from paizhu.analysis.declared import Shape, read_shape
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, PackErrors, nearest

ColumnType = Literal["text", "date", "money", "number"]
#: How each type is kept in the store.
STORED_AS: dict[ColumnType, str] = {
    "text": "VARCHAR", "date": "DATE", "money": "DECIMAL(19,4)", "number": "DECIMAL(24,6)",
}  # fmt: skip


class Column(Shape):
    """One column: what it holds and by which headers it is known."""

    title: Text
    type: ColumnType
    #: `row`: a row without it is refused. `column`: it must be mapped, cells may be empty.
    #: `no`: may be missing; what is missing stays missing.
    required: Literal["row", "column", "no"] = "no"
    meaning: Text
    synonyms: tuple[str, ...] = ()
    #: For money: the column that says that a negative amount is meant (a credit note).
    negative_if: str | None = None
    #: `table.column` of the entry this one belongs to, in the same unit where both have one. A chain
    #: that breaks is reported by the quality report; it does not refuse the row.
    refers: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")


class Table(Shape):
    """A business table as measures see it."""

    table: str = Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")
    title: Text
    meaning: Text
    #: The columns that name one entry; a later load of the same source replaces it.
    identity: tuple[str, ...]
    #: Whether the unit that is asked reads the rows: not those that its people declared to their
    #: superiors. They are counted in the question and shown to those who supervise.
    unit_reads: bool = True
    columns: dict[str, Column]

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        named = [*self.identity, *(c.negative_if for c in self.columns.values() if c.negative_if)]
        for name in named:
            if name not in self.columns:
                raise ValueError(f"there is no column {name!r}; columns: {', '.join(self.columns)}")
        return self


def load_tables(pack_dirs: Sequence[Path]) -> dict[str, Table]:
    """Read every declared table of the packs; raise `PackErrors` naming file, line and key."""
    mistakes: list[Mistake] = []
    found: dict[str, Table] = {}
    files: dict[str, Path] = {}
    for file in (f for pack in pack_dirs for f in sorted(pack.glob("tables/*.yaml"))):
        table = read_shape(file, Table, mistakes=mistakes)
        if table is None:
            continue
        if table.table != file.stem or table.table in found:
            mistakes.append(Mistake(str(file), 1, "table", Text(
                f"表名“{table.table}”须与文件名相同，且只声明一次。",
                f"The table “{table.table}” must be named as its file and declared once.")))  # fmt: skip
        found[table.table] = table
        files[table.table] = file
    mistakes.extend(_broken_chains(found, files))
    if mistakes:
        raise PackErrors(mistakes)
    return found


def _broken_chains(found: Mapping[str, Table], files: Mapping[str, Path]) -> Iterator[Mistake]:
    for table in found.values():
        for name, column in table.columns.items():
            target, _, key = (column.refers or "").partition(".")
            if target and (target not in found or key not in found[target].columns):
                near = nearest(column.refers or "", _places(found))
                yield Mistake(str(files[table.table]), 1, f"columns.{name}.refers", Text(
                    f"没有“{column.refers}”这一列。", f"There is no column “{column.refers}”."),
                    (near,) if near else ())  # fmt: skip


def _places(found: Mapping[str, Table]) -> list[str]:
    return [f"{table.table}.{column}" for table in found.values() for column in table.columns]


def chains(declared: Mapping[str, Table]) -> tuple[tuple[str, str, str, str], ...]:
    """Give every chain: table and column, and the table and column of the entry it belongs to."""
    return tuple(
        (table.table, name, target, key)
        for table in declared.values()
        for name, column in table.columns.items()
        for target, _, key in [(column.refers or "").partition(".")]
        if target
    )


def table_named(tables: dict[str, Table], name: str) -> Table:
    """Give a declared table; raise NotFound naming the nearest and what there is."""
    if name in tables:
        return tables[name]
    near = nearest(name, tables)
    there = ", ".join(sorted(tables)) or "–"
    raise NotFound(Text(
        f"没有名为“{name}”的业务表。" + (f"是否想写“{near}”？" if near else "") + f"现有：{there}。",
        f"There is no business table “{name}”." + (f" Did you mean “{near}”?" if near else "")
        + f" There are: {there}."))  # fmt: skip
