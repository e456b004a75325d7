"""The state of a matter from its entries, remembered while its chain says nothing has changed.

What was folded before is used again only if the page it ended with still has the same digest. That
digest covers every page before it, so it cannot agree with other entries; what came since is
folded on top. Content removed since makes the whole matter be read anew.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from paizhu.casework import projections, rulebook
from paizhu.engine.entries import Entry
from paizhu.engine.state import State, apply
from paizhu.ledger import book
from paizhu.rules.rulebook import RunnableProcedure

#: Matters remembered in one process; some kilobytes each.
MOST = 256


@dataclass(frozen=True, slots=True)
class Folded:
    """A matter read to its last page."""

    entries: tuple[Entry, ...]
    state: State
    procedure: RunnableProcedure
    #: The rows that the tables hold for it.
    rows: dict[str, set[projections.Row]]


_seen: OrderedDict[str, tuple[str, Folded]] = OrderedDict()


def folded(ref: str) -> Folded:
    """Give a matter as its entries leave it. One query; it reads only what is not known yet."""
    known = _seen.get(ref)
    if known is not None:
        digest, before = known
        lines = book.lines_of(ref, since=before.state.version)
        if lines and lines[0].digest == digest and _is_whole(lines[1:]):
            return _remember(ref, lines[1:], before, digest)
    lines = book.lines_of(ref)
    return _remember(ref, lines, None, "")


def _is_whole(lines: list[book.Line]) -> bool:
    return all(line.entry.kind != "shredded" for line in lines)


def _remember(ref: str, lines: list[book.Line], before: Folded | None, digest: str) -> Folded:
    if before is not None and not lines:
        _seen.move_to_end(ref)
        return before
    state = before.state if before else State()
    for line in lines:
        state = apply(state, line.entry, rulebook.rules_of(line.entry.rules))
    procedure = rulebook.rules_of(state.rules)
    entries = (*(before.entries if before else ()), *(line.entry for line in lines))
    found = Folded(entries, state, procedure, projections.rows_of(state, procedure))
    if lines:
        _seen[ref] = (lines[-1].digest, found)
        _seen.move_to_end(ref)
        while len(_seen) > MOST:
            _seen.popitem(last=False)
    return found
