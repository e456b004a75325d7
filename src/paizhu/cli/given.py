"""What is filled in on the command line: files, KEY=VALUE, KEY:=JSON; later ones win over files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.reading import Unreadable, read_yaml

OPTION = "--with"


def read_given(items: Sequence[str]) -> dict[str, object]:
    """Give the raw input the door reads; a key given several times makes a list."""
    found: dict[str, object] = {}
    said: dict[str, list[str]] = {}
    for item in items:
        key, is_pair, value = item.partition("=")
        if not is_pair:
            found |= _file(Path(item))
        elif key.endswith(":"):
            found[key[:-1]] = _json(item, value)
        else:
            said.setdefault(key, []).append(value)
    return found | {key: many if len(many) > 1 else many[0] for key, many in said.items()}


def _file(path: Path) -> dict[str, object]:
    """Read a file; JSON is YAML too."""
    try:
        data = read_yaml(path.read_bytes()).data
    except OSError:
        raise _wrong(
            Text(
                f"读不到文件“{path}”；也可写成 KEY=VALUE。",
                f"There is no file “{path}” to read; or write KEY=VALUE.",
            )
        ) from None
    except Unreadable as broken:
        raise _wrong(
            Text(f"文件“{path}”不是可读的 JSON 或 YAML：{broken}",
                 f"The file “{path}” is no JSON or YAML that can be read: {broken}")
        ) from None  # fmt: skip
    if not isinstance(data, dict):
        raise _wrong(
            Text(
                f"文件“{path}”的内容应为“键: 值”。",
                f"The file “{path}” should hold keys and values.",
            )
        )
    return {str(key): value for key, value in data.items()}


def _json(item: str, value: str) -> object:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        say = Text(f"“{item}”的 := 后不是 JSON。", f"“{item}”: what stands after := is no JSON.")
        raise _wrong(say) from None


def _wrong(say: Text) -> Invalid:
    return Invalid(say, fields={OPTION: say})
