"""Write docs/reference/openapi.json, and say what a newer description takes away from an older one.

Programs rest on the description: within a major version it may only grow. `make reference` refuses
to write one that takes something away; a test compares what is served with what is written.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"

Schema = dict[str, Any]


def living() -> Schema:
    """Give the description of what is served now."""
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        os.environ["DJANGO_SETTINGS_MODULE"] = "paizhu.project.settings"
        os.environ["PAIZHU_DATA"] = tempfile.mkdtemp()
        import django

        django.setup()
    from paizhu.api.description import described
    from paizhu.api.urls import PREFIX, api

    return json.loads(json.dumps(described(api, PREFIX)))  # type: ignore[no-any-return]


def written() -> Schema:
    """Give the description that programs were promised."""
    return json.loads(PAGE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def write() -> list[str]:
    """Write the page, unless it would take something away within a major version; give what."""
    now = living()
    lost = []
    if PAGE.is_file() and _major(written()) == _major(now):
        lost = taken_away(written(), now)
    if not lost:
        words = json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True)
        PAGE.write_text(words + "\n", encoding="utf-8")
    return lost


def _major(document: Schema) -> str:
    return str(document["info"]["version"]).partition(".")[0]


# --- what is taken away ---------------------------------------------------------------------------


def taken_away(old: Schema, new: Schema) -> list[str]:
    """Name every promise of the old description that the new one does not keep."""
    return list(_Comparison(old, new).operations())


class _Comparison:
    """Two descriptions, and which pairs of their shapes were compared already."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, bool]] = set()

    def operations(self) -> Iterator[str]:
        """Compare address by address."""
        for path, methods in self.old["paths"].items():
            for method, was in methods.items():
                place = f"{method.upper()} {path}"
                now = self.new["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{place} is gone"
                else:
                    yield from self._operation(was, now, place)

    def _operation(self, was: Schema, now: Schema, place: str) -> Iterator[str]:
        if was["operationId"] != now["operationId"]:
            yield f"{place} is called {now['operationId']}, not {was['operationId']}"
        yield from self._parameters(was, now, place)
        asked = [one.get("requestBody", {}).get("content", {}) for one in (was, now)]
        yield from self._contents(asked[0], asked[1], f"{place} takes", is_sent=True)
        if asked[1] and not asked[0]:
            yield f"{place} asks for a body"
        for code, answer in was["responses"].items():
            if code not in now["responses"]:
                yield f"{place} no longer answers {code}"
                continue
            given = [one.get("content", {}) for one in (answer, now["responses"][code])]
            yield from self._contents(given[0], given[1], f"{place} gives", is_sent=False)

    def _parameters(self, was: Schema, now: Schema, place: str) -> Iterator[str]:
        before, after = (
            {(p["in"], p["name"]): p for p in one.get("parameters", [])} for one in (was, now)
        )
        for key, one in before.items():
            if key not in after:
                yield f"{place}: the parameter {key[1]} is gone"
            else:
                where = f"{place}: the parameter {key[1]}"
                yield from self.shapes(one["schema"], after[key]["schema"], where, is_sent=True)
        for key, one in after.items():
            if one.get("required") and not before.get(key, {}).get("required"):
                yield f"{place}: the parameter {key[1]} must be given now"

    def _contents(self, was: Schema, now: Schema, place: str, *, is_sent: bool) -> Iterator[str]:
        for media, one in was.items():
            if media not in now:
                yield f"{place} no {media}"
            else:
                yield from self.shapes(one["schema"], now[media]["schema"], place, is_sent=is_sent)

    def shapes(self, was: Schema, now: Schema, place: str, *, is_sent: bool) -> Iterator[str]:
        """Compare two shapes: what is sent may be asked less of, what is given may hold more."""
        before, after = self._kinds(was, self.old), self._kinds(now, self.new)
        lost = before.keys() - after.keys() if is_sent else after.keys() - before.keys()
        if lost:
            yield f"{place}: {sorted(before)} became {sorted(after)}"
        for kind in before.keys() & after.keys():
            yield from self._kind(kind, before[kind], after[kind], place, is_sent=is_sent)

    def _kinds(self, shape: Schema, document: Schema) -> dict[str, Schema]:
        """Give the alternatives of a shape by what tells them apart."""
        return {
            str(one.get("$ref") or one.get("type") or "anything").rpartition("/")[2]: (
                document["components"]["schemas"][one["$ref"].rpartition("/")[2]]
                if "$ref" in one
                else one
            )
            for one in shape.get("anyOf", [shape])
        }

    def _kind(
        self, kind: str, was: Schema, now: Schema, place: str, *, is_sent: bool
    ) -> Iterator[str]:
        if kind[:1].isupper():  # a named shape: compared once for each direction
            if (kind, is_sent) in self.seen:
                return
            self.seen.add((kind, is_sent))
            place = kind
        if was.get("type") != now.get("type"):
            yield f"{place}: {was.get('type')} became {now.get('type')}"
        words = [
            set(one.get("enum", [one["const"]] if "const" in one else [])) for one in (was, now)
        ]
        if is_sent and words[1] and not words[0] <= words[1]:
            yield f"{place}: {sorted(words[0] - words[1])} may not be said any more"
        yield from self._properties(was, now, place, is_sent=is_sent)
        for key in ("items", "additionalProperties"):
            if isinstance(was.get(key), dict) and isinstance(now.get(key), dict):
                yield from self.shapes(was[key], now[key], f"{place}[]", is_sent=is_sent)

    def _properties(self, was: Schema, now: Schema, place: str, *, is_sent: bool) -> Iterator[str]:
        after = now.get("properties", {})
        for name, shape in was.get("properties", {}).items():
            if name not in after:
                yield f"{place}.{name} is gone"
            else:
                yield from self.shapes(shape, after[name], f"{place}.{name}", is_sent=is_sent)
        required = [set(one.get("required", [])) for one in (was, now)]
        for name in sorted(required[1] - required[0] if is_sent else required[0] - required[1]):
            yield f"{place}.{name} {'must be given now' if is_sent else 'may be missing now'}"
