"""Notices by matter, read and unread; and the choice to have one read or not.

A notice says which matter of which kind, what kind of thing happened and when. What somebody may no longer know
of is not in it, however it was when the notice was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from paizhu.casework import access, notices, rulebook
from paizhu.casework.cards import NoticeRow
from paizhu.casework.models import Notice
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: So many notices are looked at; older ones have done their work.
MOST = 300
#: So many matters stand on a page.
PAGE = 25
#: So many are marked at once.
MOST_MARKED = 500


@dataclass(frozen=True, slots=True)
class Group:
    """What one is told of one matter, newest first."""

    ref: str
    rows: tuple[NoticeRow, ...]

    @property
    def procedure_title(self) -> Text:
        return self.rows[0].procedure_title

    @property
    def unread(self) -> int:
        return sum(not row.read for row in self.rows)


@dataclass(frozen=True, slots=True)
class Inbox:
    """Notices by matter; the matter of the newest notice comes first."""

    groups: tuple[Group, ...]
    unread: int
    total: int
    pages: int
    #: There are more than was looked at.
    more: bool


def inbox(who: Who, *, only_unread: bool = False, page: int = 1) -> Inbox:
    """Give the notices of matters somebody may know of. One query."""
    mine = Notice.objects.filter(
        access.may_know(who, "matter_id", one_by_one=True), person_id=who.person
    )
    if only_unread:
        mine = mine.filter(read_at__isnull=True)
    found = list(mine.select_related("matter").order_by("-at", "-pk")[: MOST + 1])
    groups: dict[str, list[NoticeRow]] = {}
    for notice in found[:MOST]:
        groups.setdefault(notice.matter.ref, []).append(row_of(notice))
    rows = [row for of_matter in groups.values() for row in of_matter]
    start = (max(page, 1) - 1) * PAGE
    shown = list(groups.items())[start : start + PAGE]
    return Inbox(
        groups=tuple(Group(ref, tuple(of_matter)) for ref, of_matter in shown),
        unread=sum(not row.read for row in rows),
        total=len(rows),
        pages=max(1, -(-len(groups) // PAGE)),
        more=len(found) > MOST,
    )


def row_of(notice: Notice) -> NoticeRow:
    """Make the row of a notice whose matter is at hand."""
    return NoticeRow(
        id=notice.pk,
        ref=notice.matter.ref,
        text=notices.EVENTS[notice.event],
        at=notice.at,
        read=notice.read_at is not None,
        procedure_title=rulebook.rules_of(notice.matter.rules).spec.title,
    )


def mark(who: Who, ids: Sequence[int], *, read: bool, now: datetime) -> int:
    """Mark one's own notices read or unread; others' are not touched."""
    mine = Notice.objects.filter(person_id=who.person, pk__in=list(ids)[:MOST_MARKED])
    return mine.filter(read_at__isnull=read).update(read_at=now if read else None)
