"""Bring the data of a file into its shape; what does not fit becomes mistakes in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, nearest
from paizhu.rules.reading import Path, Source, Unreadable, read_yaml
from paizhu.rules.spec import STEP_KEYS, Declared

S = TypeVar("S", bound=Declared)

_PERIODS = ("5 working days", "15 days", "1 month", "2 years", "24 hours")


@lru_cache(maxsize=4096)
def declared(shape: type[S], data: bytes) -> S:
    """Read `data` as `shape`; the same bytes are read once."""
    return shape.model_validate(read_yaml(data).data)


def shaped(shape: type[S], data: bytes, *, file: str) -> tuple[S | None, list[Mistake]]:
    """Read `data` as `shape`, or give every mistake found in it."""
    try:
        return declared(shape, data), []
    except Unreadable as unreadable:
        return None, [unreadable.mistake(file)]
    except ValidationError as error:
        return None, _mistakes(error, read_yaml(data), file=file)


def _mistakes(error: ValidationError, source: Source, *, file: str) -> list[Mistake]:
    """Keep one mistake for each place, and of several readings of a value the deepest."""
    placed: dict[Path, tuple[ErrorDetails, bool]] = {}
    for details in error.errors(include_url=False):
        path, sure = _place(details, source)
        placed.setdefault(path, (details, sure))
    return [
        _mistake(path, details, source, file=file)
        for path, (details, sure) in placed.items()
        if sure or not any(len(p) > len(path) and p[: len(path)] == path for p in placed)
    ]


def _place(details: ErrorDetails, source: Source) -> tuple[Path, bool]:
    """Find the keys in the file; names of readings (`FieldIs`, `str`) stand for no key."""
    path: Path = ()
    skipped = False
    for part in details["loc"]:
        if (*path, str(part)) in source.lines:
            path = (*path, str(part))
        else:
            skipped = True
    if details["type"].startswith("missing"):
        return (*path, str(details["loc"][-1])), True
    if details["type"] == "unexpected_keyword_argument":
        return path, True
    return path, not skipped


def _mistake(path: Path, details: ErrorDetails, source: Source, *, file: str) -> Mistake:
    context = details.get("ctx", {})
    if details["type"] == "unknown_key":
        path = (*path, context["keys"][0])
    say, allowed = _say(details, path[-1] if path else "", context)
    return Mistake(file, source.line(path), ".".join(path), say, allowed)


def _say(
    details: ErrorDetails, key: str, context: Mapping[str, Any]
) -> tuple[Text, tuple[str, ...]]:
    given = details["input"]
    match details["type"]:
        case "unknown_key":
            near = nearest(key, context["allowed"])
            return Text(
                f"这里没有“{key}”这个键" + (f"，是否想写“{near}”？" if near else "。"),
                f"There is no key “{key}” here" + (f"; did you mean “{near}”?" if near else "."),
            ), context["allowed"]
        case "unexpected_keyword_argument":
            return Text(f"文本只有 zh 与 en 两个键，没有“{key}”。",
                        f"A text has the keys zh and en, and no “{key}”."), ("zh", "en")  # fmt: skip
        case "missing" | "missing_argument":
            return Text(f"缺少“{key}”。", f"“{key}” is missing."), ()
        case "half_text":
            return Text("中文（zh）与英文（en）都不能为空。", "Neither zh nor en may be empty."), ()
        case "dataclass_type":
            return Text("此处应为中英文文本，如 {zh: 登记, en: Register}。",
                        "A text in both languages stands here, as {zh: 登记, en: Register}."), ("zh", "en")  # fmt: skip
        case "union_tag_not_found" | "union_tag_invalid":
            return Text(f"每一步写一个动词：{'、'.join(STEP_KEYS)}。",
                        f"A step has one verb: {', '.join(STEP_KEYS)}."), STEP_KEYS  # fmt: skip
        case "period":
            return Text(f"“{given}”不是期限。", f"“{given}” is not a length of time."), _PERIODS
        case "literal_error":
            allowed = tuple(word.strip("' ") for word in _words(context["expected"]))
            near = nearest(str(given), allowed)
            return Text(
                f"“{given}”不在可用的值之内" + (f"，是否想写“{near}”？" if near else "。"),
                f"“{given}” is not one of the values"
                + (f"; did you mean “{near}”?" if near else "."),
            ), allowed
        case other:
            kind = _KINDS.get(other, Text("符合要求的值", "a fitting value"))
            shown = "null" if given is None else str(given)[:60]
            return Text(f"此处应为{kind.zh}，现为“{shown}”。",
                        f"Write {kind.en} here; found “{shown}”."), ()  # fmt: skip


def _words(expected: str) -> list[str]:
    return expected.replace(" or ", ", ").split(", ")


_KINDS = {
    "string_type": Text("文字（数字请加引号）", "text (put a number in quotes)"),
    "bool_type": Text("true 或 false", "true or false"),
    "bool_parsing": Text("true 或 false", "true or false"),
    "int_type": Text("整数", "a whole number"),
    "int_parsing": Text("整数", "a whole number"),
    "dict_type": Text("“键: 值”", "keys with values"),
    "model_type": Text("“键: 值”", "keys with values"),
    "model_attributes_type": Text("“键: 值”", "keys with values"),
    "too_short": Text("至少一项", "at least one item"),
    "tuple_type": Text("列表，如 [a, b]", "a list, as [a, b]"),
    "date_type": Text("日期，如 2025-06-01", "a date, as 2025-06-01"),
    "date_parsing": Text("日期，如 2025-06-01", "a date, as 2025-06-01"),
    "date_from_datetime_parsing": Text("日期，如 2025-06-01", "a date, as 2025-06-01"),
}
