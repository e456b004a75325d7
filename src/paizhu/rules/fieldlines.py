"""A table of lines as one field: who does what until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word
from paizhu.rules import fieldvalues
from paizhu.rules.conditions import Value
from paizhu.rules.fieldvalues import is_empty
from paizhu.rules.mistakes import unknown_name
from paizhu.rules.spec import Column, FieldSpec

_COLUMN: Final = Text("列", "column")
#: How the cells of a column are read, shown and described.
_CELLS: Final = {
    "text": (fieldvalues.read_line, fieldvalues.say_words, fieldvalues.words_schema),
    "organization": (fieldvalues.read_line, fieldvalues.say_words, fieldvalues.words_schema),
    "date": (fieldvalues.read_date, fieldvalues.say_date, fieldvalues.date_schema),
}


def read_lines(raw: object, spec: FieldSpec) -> Value:
    """Take a table of lines: a list of rows, or text with a row a line and `|` between cells."""
    read: list[Value] = []
    for number, cells in enumerate(_rows(raw, spec), start=1):
        if any(not is_empty(cell) for cell in cells.values()):
            read.append(_one_line(number, cells, spec))
    if not read:
        raise Invalid(Text("请至少填写一行。", "Write at least one line."))
    return read


def _rows(raw: object, spec: FieldSpec) -> list[Mapping[str, object]]:
    if isinstance(raw, str):
        raw = [re.split(r"[|｜\t]", line) for line in raw.splitlines() if line.strip()]
    if not isinstance(raw, list | tuple):
        raise Invalid(Text("请逐行填写。", "Write one line each."))
    return [
        _named(row if isinstance(row, Mapping | list | tuple) else [row], number, spec)
        for number, row in enumerate(raw, start=1)
    ]


def _named(
    row: Mapping[object, object] | list[object] | tuple[object, ...], number: int, spec: FieldSpec
) -> Mapping[str, object]:
    """Give the cells of a row by their column; a cell without a column is a mistake."""
    if not isinstance(row, Mapping):
        if len(row) > len(spec.columns):
            raise Invalid(
                Text(
                    f"第 {number} 行有 {len(row)} 格，只有 {len(spec.columns)} 列。",
                    f"Line {number} has {len(row)} {Word(len(row)):cell|cells} for {len(spec.columns)} {Word(len(spec.columns)):column|columns}.",
                )
            )
        return dict(zip(spec.columns, row, strict=False))
    for name in row:
        if name not in spec.columns:
            say = unknown_name(_COLUMN, str(name), spec.columns)
            raise Invalid(Text(f"第 {number} 行：{say.zh}", f"Line {number}: {say.en}"))
    return {str(name): cell for name, cell in row.items()}


def _one_line(number: int, cells: Mapping[str, object], spec: FieldSpec) -> Value:
    values: dict[str, Value] = {}
    for name, column in spec.columns.items():
        cell = cells.get(name)
        if is_empty(cell):
            if column.required:
                raise Invalid(
                    Text(
                        f"第 {number} 行缺少“{column.title.zh}”。",
                        f"Line {number} lacks “{column.title.en}”.",
                    )
                )
            continue
        try:
            values[name] = _CELLS[column.type][0](cell, _as_field(column))
        except Invalid as invalid:
            raise Invalid(
                Text(f"第 {number} 行：{invalid.say.zh}", f"Line {number}: {invalid.say.en}")
            ) from None
    return values


def _as_field(column: Column) -> FieldSpec:
    return FieldSpec(type=column.type, title=column.title, required=column.required)


def say_lines(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show a row a line."""
    return "\n".join(" | ".join(row) for row in say_cells(value, spec, lang))


def say_cells(value: Value, spec: FieldSpec, lang: str) -> list[list[str]]:
    """Show every cell of every row, in the order of the columns."""
    rows = value if isinstance(value, list) else []
    return [
        [
            _CELLS[column.type][1](cells.get(name), _as_field(column), lang)
            for name, column in spec.columns.items()
        ]
        for cells in (row if isinstance(row, dict) else {} for row in rows)
    ]


def lines_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe the rows."""
    columns = {
        name: _CELLS[column.type][2](_as_field(column)) for name, column in spec.columns.items()
    }
    required = [name for name, column in spec.columns.items() if column.required]
    row = {
        "type": "object",
        "properties": columns,
        "required": required,
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "minItems": 1}
