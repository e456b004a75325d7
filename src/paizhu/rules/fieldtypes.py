"""The closed registry of field types: how each is read, shown, described, drawn and tabulated.

A value is what is stored: JSON without fractions. A date is ISO text, an amount decimal text, a
person or an organization `person:17`, `body:3` or a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal

from paizhu.kernel import money
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.conditions import Value
from paizhu.rules.spec import Column, FieldSpec

#: How a spreadsheet holds it: as text, a number, a day, or one of a drop-down list.
Cell = Literal["text", "number", "date", "list"]

_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip
_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
_YES_NO: Final = {
    "true": True, "yes": True, "y": True, "1": True, "是": True,
    "false": False, "no": False, "n": False, "0": False, "否": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldType:
    """Everything that differs between two types of field."""

    name: str
    title: Text
    #: Raw input, never empty, to a value; raises Invalid with the reason.
    read: Callable[[object, FieldSpec], Value]
    #: A value in words of `lang`.
    show: Callable[[Value, FieldSpec, str], str]
    #: JSON Schema 2020-12 of the value.
    schema: Callable[[FieldSpec], dict[str, Any]]
    widget: str
    cell: Cell
    #: Whether each possible value is known beforehand, so that conditions can be proved.
    is_finite: bool = False
    #: The longest text when the field sets no `max`.
    longest: int = 0


def is_empty(raw: object) -> bool:
    """Say whether nothing was answered; `false` and 0 are answers."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, list | tuple):
        return all(is_empty(item) for item in raw)
    return raw is None


def possible_values(spec: FieldSpec) -> tuple[str | bool, ...]:
    """Give every value a choice or yes-no field can hold."""
    return (True, False) if spec.type == "yesno" else tuple(spec.options)


# --- text ---------------------------------------------------------------------------------------


def _words(raw: object, spec: FieldSpec) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal | date):
        raise Invalid(Text("请填写文字。", "Write words here."))
    words = unicodedata.normalize("NFC", _shown(raw) if isinstance(raw, int) else str(raw)).strip()
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    bad = next(
        (c for c in words if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"), ""
    )
    if bad:
        raise Invalid(
            Text(
                f"含有不可见字符（U+{ord(bad):04X}）。请删去后重填。",
                f"It holds an invisible character (U+{ord(bad):04X}). Delete it.",
            )
        )
    _check_length(words, spec)
    return words


def _check_length(words: str, spec: FieldSpec) -> None:
    longest, shortest = spec.max or TYPES[spec.type].longest, spec.min or 0
    if len(words) > longest:
        raise Invalid(
            Text(
                f"现有 {len(words)} 字，最多 {longest} 字。请精简。",
                f"It has {len(words)} characters; at most {longest} are allowed. Shorten it.",
            )
        )
    if len(words) < shortest:
        raise Invalid(
            Text(
                f"现有 {len(words)} 字，至少 {shortest} 字。请写得更具体。",
                f"It has {len(words)} characters; at least {shortest} are needed. Say more.",
            )
        )


def _line(raw: object, spec: FieldSpec) -> str:
    return _words(" ".join(raw.split()) if isinstance(raw, str) else raw, spec)


def _code(raw: object, spec: FieldSpec) -> str:
    """A number on a paper: full-width signs become plain ones."""
    return _line(unicodedata.normalize("NFKC", raw) if isinstance(raw, str) else raw, spec)


def _say_words(value: Value, spec: FieldSpec, lang: str) -> str:
    return "" if value is None else str(value)


def _words_schema(spec: FieldSpec) -> dict[str, Any]:
    longest = spec.max or TYPES[spec.type].longest
    return {"type": "string", "minLength": spec.min or 1, "maxLength": longest}


# --- numbers and days ---------------------------------------------------------------------------


def _number(raw: object, spec: FieldSpec) -> int:
    if isinstance(raw, float | Decimal) and f"{raw:f}".rstrip("0").endswith("."):
        raw = int(raw)
    words = _folded(raw)
    if not _NUMBER.fullmatch(words):
        raise Invalid(
            Text(
                f"“{_shown(raw)}”不是整数。请填如 12。",
                f"“{_shown(raw)}” is no whole number. Write 12.",
            )
        )
    number = int(words.replace(",", ""))
    _check_bounds(Decimal(number), spec)
    return number


def _money(raw: object, spec: FieldSpec) -> str:
    amount = money.parse(raw)
    _check_bounds(amount, spec)
    return money.as_text(amount)


def _check_bounds(number: Decimal, spec: FieldSpec) -> None:
    if spec.max is not None and number > spec.max:
        raise Invalid(Text(f"不得大于 {spec.max}。", f"It may not be above {spec.max}."))
    if spec.min is not None and number < spec.min:
        raise Invalid(Text(f"不得小于 {spec.min}。", f"It may not be below {spec.min}."))


def _say_number(value: Value, spec: FieldSpec, lang: str) -> str:
    return f"{value:,}" if isinstance(value, int) else ""


def _say_money(value: Value, spec: FieldSpec, lang: str) -> str:
    return money.say(Decimal(value)) if isinstance(value, str) else ""


def _number_schema(spec: FieldSpec) -> dict[str, Any]:
    bounds = {"minimum": spec.min, "maximum": spec.max}
    return {"type": "integer"} | {key: at for key, at in bounds.items() if at is not None}


def _money_schema(spec: FieldSpec) -> dict[str, Any]:
    return {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"}


def _date(raw: object, spec: FieldSpec) -> str:
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date().isoformat()
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    found = _DAY.fullmatch(_folded(raw).replace(" ", ""))
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        shown = _shown(raw)
        raise Invalid(
            Text(
                f"“{shown}”不是日期。请填如 2026-01-05 或 2026年1月5日。",
                f"“{shown}” is not a date. Write it as 2026-01-05 or 2026年1月5日.",
            )
        ) from None


def _say_date(value: Value, spec: FieldSpec, lang: str) -> str:
    if not isinstance(value, str):
        return ""
    day = date.fromisoformat(value)
    return Text(
        f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    ).say(lang)


def _date_schema(spec: FieldSpec) -> dict[str, Any]:
    return {"type": "string", "format": "date"}


def _shown(raw: object) -> str:
    """Quote what was entered, shortened; Python refuses to write out an enormous number."""
    return "…" if isinstance(raw, int) and abs(raw) >= 10**40 else str(raw)[:40]


def _folded(raw: object) -> str:
    """Give the plain form of full-width digits and signs; what is no text or number is nothing."""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return ""
    return unicodedata.normalize("NFKC", raw if isinstance(raw, str) else _shown(raw)).strip()


# --- choices ------------------------------------------------------------------------------------


def _choice(raw: object, spec: FieldSpec) -> str:
    """Take the key of an option, or its title in either language, as a sheet holds it."""
    words = _folded(raw)
    for key, title in spec.options.items():
        if words in (key, _folded(title.zh), _folded(title.en)):
            return key
    allowed_zh = "、".join(f"{title.zh}（{key}）" for key, title in spec.options.items())
    allowed_en = ", ".join(f"{title.en} ({key})" for key, title in spec.options.items())
    raise Invalid(
        Text(
            f"“{_shown(raw)}”不在选项内。可选：{allowed_zh}。",
            f"“{_shown(raw)}” is not an option. Choose from {allowed_en}.",
        )
    )


def _choices(raw: object, spec: FieldSpec) -> Value:
    """Keep the declared order, so that the same answer is the same value."""
    chosen = {_choice(item, spec) for item in _items(raw)}
    values: list[Value] = [key for key in spec.options if key in chosen]
    return values


def _items(raw: object) -> list[object]:
    if isinstance(raw, str):
        return [word for word in re.split(r"[、,，;；\n]", raw) if word.strip()]
    return [item for item in raw if not is_empty(item)] if isinstance(raw, list | tuple) else [raw]


def _say_choice(value: Value, spec: FieldSpec, lang: str) -> str:
    keys = value if isinstance(value, list) else [value]
    words = [
        spec.options[key].say(lang) if key in spec.options else key
        for key in keys
        if isinstance(key, str)
    ]
    return Text("、", ", ").say(lang).join(words)


def _choice_schema(spec: FieldSpec) -> dict[str, Any]:
    return {"type": "string", "enum": list(spec.options)}


def _choices_schema(spec: FieldSpec) -> dict[str, Any]:
    items = _choice_schema(spec)
    return {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}


def _yesno(raw: object, spec: FieldSpec) -> bool:
    answer = raw if isinstance(raw, bool) else _YES_NO.get(_folded(raw).lower())
    if answer is None:
        raise Invalid(Text("请选“是”或“否”。", "Choose yes or no."))
    return answer


def _say_yesno(value: Value, spec: FieldSpec, lang: str) -> str:
    return (
        Text("是" if value else "否", "Yes" if value else "No").say(lang)
        if value is not None
        else ""
    )


def _yesno_schema(spec: FieldSpec) -> dict[str, Any]:
    return {"type": "boolean"}


# --- files --------------------------------------------------------------------------------------


def _files(raw: object, spec: FieldSpec) -> Value:
    """Take the digests or names under which exhibits were attached."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    names: list[Value] = [_line(item, spec) for item in items if not is_empty(item)]
    return names


def _say_files(value: Value, spec: FieldSpec, lang: str) -> str:
    return Text("、", ", ").say(lang).join(str(n) for n in value) if isinstance(value, list) else ""


def _files_schema(spec: FieldSpec) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}


# --- several bodies, lines ----------------------------------------------------------------------


def _organizations(raw: object, spec: FieldSpec) -> Value:
    """Take several bodies; one named twice counts once."""
    names: list[Value] = [*dict.fromkeys(_line(item, spec) for item in _items(raw))]
    return names


def _lines(raw: object, spec: FieldSpec) -> Value:
    """Take a table of lines: a list of rows, or text with a row a line and `|` between cells."""
    rows = _rows(raw)
    read: list[Value] = []
    for number, row in enumerate(rows, start=1):
        cells = dict(zip(spec.columns, row, strict=False)) if isinstance(row, list) else row
        if any(not is_empty(cell) for cell in cells.values()):
            read.append(_one_line(number, cells, spec))
    return read


def _rows(raw: object) -> list[list[object] | dict[str, object]]:
    if isinstance(raw, str):
        return [
            [cell.strip() for cell in re.split(r"[|｜\t]", line)]
            for line in raw.splitlines()
            if line.strip()
        ]
    if isinstance(raw, list | tuple):
        return [dict(row) if isinstance(row, Mapping) else [*_items(row)] for row in raw]
    raise Invalid(Text("请逐行填写。", "Write one line each."))


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
            values[name] = TYPES[column.type].read(cell, _as_field(column))
        except Invalid as invalid:
            raise Invalid(
                Text(f"第 {number} 行：{invalid.say.zh}", f"Line {number}: {invalid.say.en}")
            ) from None
    return values


def _as_field(column: Column) -> FieldSpec:
    return FieldSpec(type=column.type, title=column.title, required=column.required)


def _say_lines(value: Value, spec: FieldSpec, lang: str) -> str:
    rows = value if isinstance(value, list) else []
    shown = []
    for row in rows:
        cells = row if isinstance(row, dict) else {}
        shown.append(
            " | ".join(
                TYPES[column.type].show(cells.get(name), _as_field(column), lang)
                for name, column in spec.columns.items()
            )
        )
    return "\n".join(shown)


def _lines_schema(spec: FieldSpec) -> dict[str, Any]:
    columns = {
        name: TYPES[column.type].schema(_as_field(column)) for name, column in spec.columns.items()
    }
    required = [name for name, column in spec.columns.items() if column.required]
    row = {
        "type": "object",
        "properties": columns,
        "required": required,
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "minItems": 1}


# --- the registry -------------------------------------------------------------------------------

#: Every type there is. Adding one is a change of code with a test; adding a field is not.
TYPES: Final[Mapping[str, FieldType]] = MappingProxyType(
    {
        row.name: row
        for row in (
            FieldType("text", Text("文字", "Text"), _line, _say_words, _words_schema,
                      "text", "text", longest=500),
            FieldType("longtext", Text("长文字", "Long text"), _words, _say_words, _words_schema,
                      "longtext", "text", longest=20_000),
            FieldType("number", Text("整数", "Whole number"), _number, _say_number, _number_schema,
                      "number", "number"),
            FieldType("money", Text("金额", "Amount of money"), _money, _say_money, _money_schema,
                      "money", "number"),
            FieldType("date", Text("日期", "Date"), _date, _say_date, _date_schema, "date", "date"),
            FieldType("choice", Text("单选", "One of several"), _choice, _say_choice, _choice_schema,
                      "choice", "list", is_finite=True),
            FieldType("choices", Text("多选", "Some of several"), _choices, _say_choice,
                      _choices_schema, "choices", "text"),
            FieldType("yesno", Text("是或否", "Yes or no"), _yesno, _say_yesno, _yesno_schema,
                      "yesno", "list", is_finite=True),
            FieldType("person", Text("人员", "Person"), _line, _say_words, _words_schema,
                      "person", "text", longest=200),
            FieldType("organization", Text("单位", "Organization"), _line, _say_words, _words_schema,
                      "organization", "text", longest=200),
            FieldType("organizations", Text("多个单位", "Several organizations"), _organizations,
                      _say_files, _files_schema, "organizations", "text", longest=200),
            FieldType("lines", Text("明细表", "Lines"), _lines, _say_lines, _lines_schema,
                      "lines", "text", longest=500),
            FieldType("files", Text("材料", "Files"), _files, _say_files, _files_schema,
                      "files", "text", longest=200),
            FieldType("code", Text("编号", "Number on a paper"), _code, _say_words, _words_schema,
                      "code", "text", longest=64),
        )
    }
)  # fmt: skip
