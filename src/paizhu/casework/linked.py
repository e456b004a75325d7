"""Matters tied to one: where it came from, and what was opened from here, as one reader may know.

Of a matter the reader may not know of not even the existence is told: it is left out of the table
and of every count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, cast

from paizhu.casework import access, queries, rulebook
from paizhu.casework.cards import ChildCard, LinkCard
from paizhu.casework.models import LinkRow
from paizhu.casework.timeline import asked_in
from paizhu.engine.entries import Entry
from paizhu.engine.state import State
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

RELATIONS = {
    "parent": Text("来源事项", "opened from"), "child": Text("由此开启", "opened by this"),
    "related": Text("关联", "related"),
}  # fmt: skip
_RELATED = RELATIONS["related"]


def links(who: Who, matter_id: int) -> Iterable[LinkCard]:
    """Give the links to matters the reader may know of. At most two queries."""
    found = dict(LinkRow.objects.filter(matter_id=matter_id).values_list("ref", "relation"))
    if not found:
        return
    visible = access.visible_to(who).filter(ref__in=list(found))
    for other in visible.order_by("pk"):
        procedure = rulebook.rules_of(other.rules)
        relation = found[other.ref]
        yield LinkCard(other.ref, relation, RELATIONS.get(relation, _RELATED), procedure.spec.title)


def requests(who: Who, entries: Iterable[Entry]) -> set[str]:
    """Give the requests for emergency access named there that the reader may know of.

    No query where none is named, which is nearly always.
    """
    asked = {ref for entry in entries if (ref := asked_in(entry))}
    if not asked:
        return set()
    return set(access.visible_to(who).filter(ref__in=asked).values_list("ref", flat=True))


def children(who: Who, state: State, *, on: date) -> tuple[ChildCard, ...]:
    """Give the state of what was opened from here, what is late first. No query where none was."""
    if not state.children:
        return ()
    rows = queries.known(who, state.children, on=on)
    found = [
        ChildCard(row, cast("Literal['open', 'closed', 'excused']", state.children[row.ref]))
        for row in rows
    ]
    return tuple(sorted(found, key=_urgency))


def _urgency(child: ChildCard) -> tuple[int, date, str]:
    clock = child.row.next_clock
    due = clock.due_date if clock and clock.due_date else date.max
    order = 0 if child.is_late else 1 if child.status == "open" else 2
    return order, due, child.row.ref
