"""Read YAML 1.2 strictly, and keep the line of every key.

Safe by construction: only the parser's events are used, and the values are made here. No anchors,
no tags, no duplicate keys. Plain words keep their plain meaning: `on`, `no` and `12:30` are text,
`007` keeps its zeros, a decimal is exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake

Path = tuple[str, ...]

_DEEPEST: Final = 40
_WORDS: Final[dict[str, object]] = {
    "": None, "~": None, "null": None, "true": True, "True": True, "false": False, "False": False,
}  # fmt: skip
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Source:
    """The content of one file, and on which line each key stands."""

    data: Any
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """Give the line of `path`, or of the nearest key above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def written(self, path: Path) -> Path:
        """Give `path` as the file has it: one item may stand where a list is meant."""
        found: Path = ()
        for part in path:
            if (*found, part) in self.lines or not part.isdigit():
                found = (*found, part)
        return found


class Unreadable(Exception):  # noqa: N818 - becomes a Mistake as soon as the file is known
    """The text is not what we read; becomes a Mistake as soon as the file is known."""

    def __init__(self, say: Text, *, line: int = 1, key: str = "") -> None:
        super().__init__(say.en)
        self.say = say
        self.line = line
        self.key = key

    def mistake(self, file: str) -> Mistake:
        """Name the file."""
        return Mistake(file, self.line, self.key, self.say)


@lru_cache(maxsize=4096)
def read_yaml(data: bytes) -> Source:
    """Read one document; raise `Unreadable` with line and key. The same bytes are read once."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            Text(
                "文件不是 UTF-8 编码。请另存为 UTF-8。", "The file is not UTF-8. Save it as UTF-8."
            ),
            line=line,
        ) from None
    try:
        return _Composer(iter(YAML(typ="safe").parse(text))).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(_not_yaml(error.problem), line=mark.line + 1 if mark else 1) from None
    except YAMLError as error:
        raise Unreadable(_not_yaml(str(error).splitlines()[0])) from None


def _not_yaml(problem: str | None) -> Text:
    return Text(
        f"YAML 写法有误（{problem}）。请检查本行及上一行的缩进、引号和冒号。",
        f"This is not YAML ({problem}). Check indents, quotes and colons here and a line above.",
    )


class _Composer:
    """Make values from parser events; recursion depth is bounded."""

    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {(): 1}

    def document(self) -> Source:
        next(self.events)
        event = next(self.events)
        if type(event).__name__ == "StreamEndEvent":
            raise Unreadable(Text("文件是空的。", "The file is empty."))
        data = self._value(next(self.events), ())
        next(self.events)
        event = next(self.events)
        if type(event).__name__ != "StreamEndEvent":
            raise Unreadable(
                Text("一个文件只能有一份声明（“---”不能再次出现）。",
                     "A file holds one declaration (“---” may not come again)."),
                line=event.start_mark.line + 1,
            )  # fmt: skip
        return Source(data, self.lines)

    def _value(self, event: Any, path: Path) -> Any:
        self._refuse_magic(event, path)
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return event.value if event.style else _plain(event.value)
        if len(path) >= _DEEPEST:
            raise Unreadable(
                Text("层次过深。", "This is nested too deeply."),
                line=event.start_mark.line + 1, key=".".join(path[:3]),
            )  # fmt: skip
        return self._mapping(path) if kind == "MappingStartEvent" else self._list(path)

    def _mapping(self, path: Path) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while type(event := next(self.events)).__name__ != "MappingEndEvent":
            self._refuse_magic(event, path)
            line = event.start_mark.line + 1
            if type(event).__name__ != "ScalarEvent":
                raise Unreadable(
                    Text("键必须是一个词。", "A key is one word."), line=line, key=".".join(path)
                )
            key = event.value if event.style else _plain(event.value)
            inner = (*path, str(key))
            if key in found:
                first = self.lines[inner]
                raise Unreadable(
                    Text(f"键“{key}”重复，第 {first} 行已有。请合并或删去一处。",
                         f"The key “{key}” stands twice, first on line {first}. Keep one."),
                    line=line, key=".".join(inner),
                )  # fmt: skip
            self.lines[inner] = line
            found[key] = self._value(next(self.events), inner)
        return found

    def _list(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while type(event := next(self.events)).__name__ != "SequenceEndEvent":
            inner = (*path, str(len(found)))
            self.lines[inner] = event.start_mark.line + 1
            found.append(self._value(event, inner))
        return found

    def _refuse_magic(self, event: Any, path: Path) -> None:
        if type(event).__name__ == "AliasEvent" or event.anchor is not None:
            say = Text("不使用锚点和别名（& 与 *）。请把内容写全。",
                       "Anchors and aliases (& and *) are not used. Write it out.")  # fmt: skip
        elif event.tag is not None:
            say = Text(
                "不使用标签（!）。请写普通的值。", "Tags (!) are not used. Write a plain value."
            )
        else:
            return
        raise Unreadable(say, line=event.start_mark.line + 1, key=".".join(path))


def _plain(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    if _WHOLE.fullmatch(word):
        return int(word)
    if _DECIMAL.fullmatch(word):
        return Decimal(word)
    if _DAY.fullmatch(word):
        try:
            return date.fromisoformat(word)
        except ValueError:
            return word
    return word
