"""From pack folders to a rulebook: read, check, put together, digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

from paizhu.kernel.digest import canonical, digest
from paizhu.rules.check import check
from paizhu.rules.law import LawBook, citations
from paizhu.rules.mistakes import Mistake, PackErrors
from paizhu.rules.rulebook import (
    FiledScenario,
    Rulebook,
    RuleText,
    RunnableProcedure,
    calendar_of,
    counting_of,
    manifest_of,
    runnable_from_texts,
)
from paizhu.rules.shelf import Filed, Shelf, gather
from paizhu.rules.spec import Procedure
from paizhu.rules.tighten import tightened

__all__ = ["Rulebook", "RunnableProcedure", "load", "runnable_from_texts"]


def load(pack_dirs: Sequence[Path]) -> Rulebook:
    """Read the packs and check them; raise PackErrors naming every mistake.

    Called again it takes up whatever has changed; files that have not are not parsed anew, and
    where none has, the rules are those there were.
    """
    return _checked(_Read(gather(pack_dirs)))


class _Read:
    """What was read; the same as something read before where every file says the same."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        kinds = (
            shelf.packs, shelf.instruments, shelf.calendars, shelf.procedures,
            shelf.tightenings, shelf.duties, shelf.scenarios,
        )  # fmt: skip
        said = (tuple((one.file, one.pack, one.data) for one in kind) for kind in kinds)
        self._said = (*said, tuple(shelf.mistakes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Read) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)


@lru_cache(maxsize=4)
def _checked(read: _Read) -> Rulebook:
    mistakes = read.shelf.mistakes or check(read.shelf)
    errors = [mistake for mistake in mistakes if not mistake.is_warning]
    if errors:
        raise PackErrors(errors)
    return _bind(read.shelf, mistakes=mistakes)


def _bind(shelf: Shelf, *, mistakes: Sequence[Mistake]) -> Rulebook:
    texts = {text.digest: text for text in _texts(shelf)}
    procedures: dict[str, list[RunnableProcedure]] = {}
    for filed, day in shelf.versions():
        manifest = _manifest(shelf, filed, day=day)
        text = RuleText(digest(manifest), "manifest", filed.value.procedure, manifest)
        texts[text.digest] = text
        runnable = runnable_from_texts(text.digest, lambda one: texts[one].data)
        procedures.setdefault(filed.value.procedure, []).append(runnable)
    return Rulebook(
        digest=digest(canonical(sorted([*texts, *(pack.digest for pack in shelf.packs)]))),
        packs={pack.value.pack: pack.value for pack in shelf.packs},
        instruments={one.value.instrument: one.value for one in shelf.instruments},
        calendars={one.value.calendar: calendar_of(one.data) for one in shelf.calendars},
        counting=counting_of(shelf.counting()),
        procedures={name: tuple(versions) for name, versions in procedures.items()},
        texts=texts,
        scenarios=tuple(
            FiledScenario(
                one.file,
                one.value,
                tuple(one.line("steps", number) for number in range(len(one.value.steps))),
                one.pack,
            )
            for one in shelf.scenarios
        ),
        duties=tuple(one.value for one in shelf.duties),
        mistakes=tuple(mistakes),
    )


def _texts(shelf: Shelf) -> list[RuleText]:
    return [
        *(RuleText(f.digest, "instrument", f.value.instrument, f.data) for f in shelf.instruments),
        *(RuleText(f.digest, "calendar", f.value.calendar, f.data) for f in shelf.calendars),
        *(RuleText(f.digest, "procedure", f.value.procedure, f.data) for f in shelf.procedures),
        *(RuleText(f.digest, "tightening", f.value.tightens, f.data) for f in shelf.tightenings),
    ]


def _manifest(shelf: Shelf, filed: Filed[Procedure], *, day: date) -> bytes:
    """Name every text the procedure rests on from `day`, its law restricted to what it cites."""
    over = shelf.tightenings_of(filed.value.procedure, day)
    counting = shelf.counting(filed.pack)
    procedure = tightened(filed.value, [one.value for one in over])
    refs = {ref for _, ref in citations(procedure)}
    refs.update(ref for one in over for ref in one.value.basis)
    refs.update([counting.basis] if counting.basis else [])
    law = LawBook({one.value.instrument: one.value for one in shelf.instruments})
    cited = {name for ref in refs for name in law.instruments_of(ref)}
    return manifest_of(
        filed.digest,
        tightenings=[one.digest for one in over],
        calendar=next(c.digest for c in shelf.calendars if c.value.calendar == procedure.calendar),
        instruments={
            one.value.instrument: one.digest
            for one in shelf.instruments
            if one.value.instrument in cited
        },
        counting=counting,
    )
