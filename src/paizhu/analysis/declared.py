"""Read a declared file into its closed shape; every mistake has file, line, key and what is allowed."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake
from paizhu.rules.reading import Unreadable, read_yaml


class Shape(BaseModel):
    """A shape that stands in a pack file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


S = TypeVar("S", bound=Shape)


def read_shape(file: Path, shape: type[S], *, mistakes: list[Mistake]) -> S | None:
    """Read one file; add what is wrong to `mistakes` and give None then."""
    try:
        source = read_yaml(file.read_bytes())
    except OSError:
        mistakes.append(Mistake(str(file), 1, "", Text("缺少这个文件。", "This file is missing.")))
        return None
    except Unreadable as error:
        mistakes.append(error.mistake(str(file)))
        return None
    try:
        return shape.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors():
            path = tuple(str(part) for part in detail["loc"])
            mistakes.append(Mistake(str(file), source.line(path), ".".join(path),
                                    _say(detail), _allowed(shape, detail)))  # fmt: skip
        return None


def _say(detail: ErrorDetails) -> Text:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return Text("没有这个键。", "There is no such key.")
    if kind == "missing":
        return Text("缺少这一项。", "This is missing.")
    return Text(f"写法不对：{detail['msg']}。", f"This is not right: {detail['msg']}.")


def _allowed(shape: type[Shape], detail: ErrorDetails) -> tuple[str, ...]:
    if detail["type"] == "literal_error":
        return (str(detail.get("ctx", {}).get("expected", "")),)
    if detail["type"] == "extra_forbidden" and len(detail["loc"]) == 1:
        return tuple(sorted(shape.model_fields))
    return ()
