"""Read JSON lines: one object on each line, its names the headers; numbers stay exact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

from paizhu.analysis.sheets import Broken, Nested, Row, Sheet, faulty, nothing_there, with_headers
from paizhu.kernel.text import Text

#: A line longer than this is no row of a book, and would fill the memory.
_LONGEST: Final = 16 * 1024 * 1024


def open_lines(path: Path, *, sheet: str | None = None) -> Sheet:
    """Look at every line once, so that a name that comes late is a header too."""
    del sheet  # a file of lines has one
    names: dict[str, None] = {}
    opened = Sheet(path, path.name, encoding="utf-8")
    try:
        for _, found in _objects(path):
            if isinstance(found, dict) and not names.keys() >= found.keys():
                names.update(dict.fromkeys(found))
    except UnicodeDecodeError:
        return faulty(path, path.name, Text(
            "JSON 文件须为 UTF-8 编码。请另存为 UTF-8。",
            "A JSON file must be UTF-8. Save it as UTF-8."))  # fmt: skip
    if not names:
        return faulty(path, path.name, nothing_there())
    headers = list(names)
    # The names stand above the first line, in row 0: rows count as the lines of the file do.
    return with_headers(opened, 0, headers, lines=partial(_rows, path, headers))


def _rows(path: Path, names: list[str]) -> Iterator[Row]:
    for number, found in _objects(path):
        if isinstance(found, Broken):
            yield number, [found]
        else:
            yield number, [_cell(found.get(name)) for name in names]


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Broken]]:
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(_LONGEST):
            number += 1
            if len(line) == _LONGEST:
                yield number, Broken(_too_long())
                return
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if text:
                yield number, _object(text)


def _object(text: str) -> dict[str, Any] | Broken:
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return Broken(Text("这一行不是完整的 JSON。请核对本行。",
                           "This line is no complete JSON. Check it."))  # fmt: skip
    if isinstance(found, Broken):
        return found
    if not isinstance(found, dict):
        return Broken(Text("这一行不是一个对象（{…}）。", "This line is not one object ({…})."))
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Broken:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    return Broken(Text("这一行有同名的两项，不知以哪个为准。",
                       "A name stands twice in this line, so its value is unclear."))  # fmt: skip


def _not_a_number(word: str) -> object:
    raise ValueError(word)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=Decimal, parse_constant=_not_a_number
)


def _cell(value: Any) -> object:
    if isinstance(value, dict | list | Broken):
        return Nested(value.say.en if isinstance(value, Broken) else str(value))
    return value


def _too_long() -> Text:
    return Text("这一行过长，其后未读。请每行只写一个对象。",
                "This line is too long, and nothing after it was read. Write one object a line.")  # fmt: skip
