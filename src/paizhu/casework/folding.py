"""The state of a matter from its entries, remembered while its chain says nothing has changed.

What was folded before is used again only if the page it ended with still has the same digest. That
digest covers every page before it, so it cannot agree with other entries; what came since is
folded on top. Content removed since makes the whole matter be read anew. A step that was written
is remembered at once: should its transaction not end, no page will have that digest.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from paizhu.casework import projections, rulebook
from paizhu.casework.projections import Held
from paizhu.engine.entries import Entry
from paizhu.engine.state import State, apply
from paizhu.ledger import book

#: Matters remembered in one process; some kilobytes each.
MOST = 256


@dataclass(frozen=True, slots=True)
class Folded:
    """A matter read to its last page, and the rows that the tables hold for it."""

    entries: tuple[Entry, ...]
    held: Held


_seen: OrderedDict[str, tuple[str, Folded]] = OrderedDict()
_turn = Lock()


def folded(ref: str) -> Folded:
    """Give a matter as its entries leave it. One query; it reads only what is not known yet."""
    with _turn:
        known = _seen.get(ref)
    if known is not None:
        digest, before = known
        since = book.lines_after(ref, before.held.state.version, digest)
        if since is not None and _is_whole(since):
            return _grown(ref, since, before) if since else before
    lines = book.lines_of(ref)
    return _grown(ref, lines, None)


def remember(ref: str, digest: str, found: Folded) -> None:
    """Keep a matter with the digest of its last page, and forget the one kept longest."""
    with _turn:
        _seen[ref] = (digest, found)
        _seen.move_to_end(ref)
        if len(_seen) > MOST:
            _seen.popitem(last=False)


def forget() -> None:
    """Read every matter anew at the next question, as a process does that has just begun."""
    with _turn:
        _seen.clear()


def _is_whole(lines: list[book.Line]) -> bool:
    return all(line.entry.kind != "shredded" for line in lines)


def _grown(ref: str, lines: list[book.Line], before: Folded | None) -> Folded:
    state = before.held.state if before else State()
    for line in lines:
        state = apply(state, line.entry, rulebook.rules_of(line.entry.rules))
    procedure = rulebook.rules_of(state.rules)
    entries = (*(before.entries if before else ()), *(line.entry for line in lines))
    held = (
        projections.after(before.held, state, procedure)
        if before
        else projections.held(state, procedure)
    )
    found = Folded(entries, held)
    remember(ref, lines[-1].digest, found)
    return found
