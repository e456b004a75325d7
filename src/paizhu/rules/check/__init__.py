"""Find the mistakes in declarations before anything runs by them.

Each module is one subject; each check yields the mistakes it finds. Names are checked first: what
rests on names that do not exist is not checked further.
"""

from __future__ import annotations

from collections.abc import Iterator

from paizhu.rules.check import (
    clocks,
    fields,
    joint,
    law,
    linked,
    names,
    packs,
    people,
    scenarios,
    stages,
)
from paizhu.rules.check.subject import Subject
from paizhu.rules.check.tightenings import tightening_mistakes
from paizhu.rules.law import LawBook
from paizhu.rules.mistakes import Mistake
from paizhu.rules.shelf import Shelf

__all__ = ["check"]


def check(shelf: Shelf) -> list[Mistake]:
    """Give every mistake and warning in the packs, by file and line."""
    found = [*packs.mistakes(shelf), *law.mistakes(shelf)]
    if not any(not one.is_warning for one in found):
        book = LawBook({one.value.instrument: one.value for one in shelf.instruments})
        for filed in shelf.procedures:
            found += _procedure(Subject(filed, filed.value, book, shelf))
        found += _overlaid(shelf, book)
        found += scenarios.mistakes(shelf)
        found += joint.duty_mistakes(shelf, book)
    return sorted(set(found), key=lambda one: (one.file, one.line, one.key, one.say.en))


def _procedure(subject: Subject) -> list[Mistake]:
    found = [*packs.version(subject), *names.mistakes(subject), *joint.mistakes(subject)]
    if found:
        return found
    for checks in (fields, stages):
        found += checks.mistakes(subject)
        if any(not one.is_warning for one in found):
            return found
    for checks in (people, clocks, linked):
        found += checks.mistakes(subject)
    return found


def _overlaid(shelf: Shelf, book: LawBook) -> Iterator[Mistake]:
    """Check each tightening by itself, and the procedure as it runs with it."""
    for over in shelf.tightenings:
        yield from tightening_mistakes(over, shelf, book, whole=_procedure)
