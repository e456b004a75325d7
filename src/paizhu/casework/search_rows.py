"""What a search finds a matter by: its lines of text, by level, cut into pieces. Pure.

One row a level. A person finds a matter by a level only if they read it there, and is shown what a
line says only as the page of the matter would show it. What was removed or corrected is not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from paizhu.engine.entries import Value
from paizhu.engine.state import State
from paizhu.kernel import cutting, initials
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import LEVELS, FieldSpec

#: Lines that are no field: everybody who may know of the matter reads them.
REF, HOLDER, SEAT = ".ref", ".holder", ".seat"
_WORDS = frozenset({"text", "longtext", "code", "person", "organization", "organizations", "lines"})
_NUMBERS = frozenset({"number", "money"})
#: So short a line is also found by the initials of how it is read.
SHORT = 24
#: A body or a person, named by key.
_KEY = re.compile("(body|person):[0-9]+")


def rows(state: State, procedure: RunnableProcedure) -> Iterator[tuple[str, str, str]]:
    """Give level, lines and pieces of each level at which the matter has words."""
    lines: dict[str, list[tuple[str, str]]] = {level: [] for level in LEVELS}
    lines[LEVELS[0]] += _standing(state)
    for name, spec in procedure.spec.fields.items():
        value = state.values.get(name)
        if value is not None:
            lines[spec.level] += ((name, text) for text in _texts(value, spec))
    for level, those in lines.items():
        if those:
            text = written(those)
            yield level, text, pieces(text, procedure)


def _standing(state: State) -> Iterator[tuple[str, str]]:
    yield REF, state.ref
    for body in state.parts.get("holder", ()):
        yield HOLDER, f"body:{body}"
    for persons in state.seats.values():
        yield from ((SEAT, person) for person in persons)


def _texts(value: Value, spec: FieldSpec) -> Iterator[str]:
    """Give the words of a value. A person of the staff is found by posts and seats, never here."""
    if spec.type in _NUMBERS:
        yield str(value)
    elif spec.type in _WORDS:
        yield from (text for text in _strings(value) if not text.startswith("person:"))


def _strings(value: Value) -> Iterator[str]:
    if isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)
    else:
        yield " ".join(str(value).split())


def written(lines: Iterable[tuple[str, str]]) -> str:
    """Write lines as the table keeps them."""
    return "\n".join(f"{name}\t{text}" for name, text in lines)


def read(text: str) -> Iterator[tuple[str, str]]:
    """Give the lines of a row: the field, and what it says."""
    for line in text.split("\n"):
        name, _, said = line.partition("\t")
        yield name, said


@lru_cache(maxsize=512)
def pieces(text: str, procedure: RunnableProcedure) -> str:
    """Give the pieces of a row, each once, those of the number first. Levels change one by one."""
    found: dict[str, None] = {}
    for name, said in read(text):
        if is_key(said):
            found[key_piece(said)] = None
            continue
        found |= cutting.pieces(said)
        if has_initials(name, said, procedure):
            found.update(dict.fromkeys(initials.pieces(said)))
    return " ".join(found)


def has_initials(field: str, said: str, procedure: RunnableProcedure) -> bool:
    """Say whether a line is found by its initials too: titles and names are, reports are not."""
    spec = procedure.spec.fields.get(field)
    return spec is not None and spec.type != "longtext" and len(said) <= SHORT


def is_key(said: str) -> bool:
    """Say whether a line names a body or a person by key."""
    return _KEY.fullmatch(said) is not None


def numbered(pieces: str, ref: str) -> str:
    """Give the pieces of a matter that had no number yet with those of its number."""
    return " ".join(dict.fromkeys((*cutting.pieces(ref), *pieces.split())))


def key_piece(key: str) -> str:
    """Give the piece that stands for a body or a person: `body:3` is `0body3`."""
    return initials.MARK + key.replace(":", "")
