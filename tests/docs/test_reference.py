"""docs/reference says what the code says; nothing is missing and nothing is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from paizhu.engine.entries import KINDS
from paizhu.rules.fieldtypes import TYPES
from scripts import reference

ROOT = Path(__file__).resolve().parents[2]
#: The verbs that others script; the issue that asked for them fixed their names.
VERBS = {
    *("demo", "serve", "check", "due", "tick", "verify", "rebuild", "checkpoint", "dossier"),
    *("explain procedure", "explain law", "explain date", "import", "doctor"),
    *("bench seed", "found"),
    *("measures list", "measures run", "measures show", "matters list", "matters show"),
    *("matters waiting", "matters actions", "matters access", "matters open", "matters act"),
    *("matters approve", "matters return", "matters withdraw", "matters assign", "matters note"),
    *("matters substitute", "matters recuse", "matters correct"),
    *("token new", "token list", "token end"),
    *("returns list", "returns run", "returns show", "returns check"),
    *("ocds load", "ocds stores", "ocds run", "ocds why", "ocds remove"),
}


def page(name: str) -> str:
    return (reference.REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert page(name) == reference.pages()[name](), "run `make reference`"


def test_no_page_is_left_over() -> None:
    there = {
        path.relative_to(reference.REFERENCE).as_posix()
        for path in reference.REFERENCE.rglob("*.md")
    }
    assert there == set(reference.pages())


def test_every_setting_is_explained_and_used() -> None:
    assert reference.settings_named() == set(reference.settings_explained())


def test_every_field_type_is_in_the_reference() -> None:
    assert [name for name in TYPES if f"| `{name}` |" not in page("fields.md")] == []


def test_every_entry_kind_is_in_the_reference() -> None:
    assert [name for name in KINDS if f"| `{name}` |" not in page("entries.md")] == []


def test_every_key_is_in_the_reference() -> None:
    keys = {
        reference.key_of(item)
        for shape, _ in reference.shapes()
        for item in shape.body
        if isinstance(item, ast.AnnAssign)
    }
    assert len(keys) > 60
    assert [key for key in sorted(keys) if f"| `{key}` |" not in page("keys.md")] == []


def test_the_fixed_verbs_exist_and_nothing_else_does() -> None:
    named = re.findall(r"(?m)^## `paizhu ([a-z ]+)`", page("cli.md"))
    assert set(named) == VERBS
