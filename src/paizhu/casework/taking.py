"""Who has taken part in a matter, so that a desk can tell mine from my team's.

Read from the headers of the book and the seats, for the matters of one page. It is asked about
matters, never about a person: nothing here gives what somebody did elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, FilteredRelation, Q, Value

from paizhu.casework.models import ChildRow, Seat
from paizhu.kernel.text import Text
from paizhu.ledger.models import Entry as Page
from paizhu.registry.models import Person
from paizhu.registry.principals import Who, post_principal

#: Of a header only this is asked, for some thousands a page; within a value no quotation mark stands
#: without a backslash before it.
_SAID = re.compile(r'"kind":"(\w+)".*"person":"person:(\d+)"')
#: What somebody writes who takes a matter up; a warning or a link is written by rule.
ACTS = frozenset({"enacted", "proposed", "approved", "returned", "assigned", "noted", "corrected"})


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took part in some matters, seen from one person with the colleagues on the same posts."""

    me: int
    #: By reference.
    persons: Mapping[str, frozenset[int]]
    #: By principal: the others who hold that post today.
    colleagues: Mapping[str, frozenset[int]]
    #: Matters that wait for one opened from them.
    has_open_children: frozenset[int]
    names: Mapping[int, Text]

    def is_mine(self, ref: str, principal: str = "") -> bool:
        """Say whether it is mine: my seat, my act, or nobody who holds my post took it up.

        Without a principal, any of my posts counts.
        """
        persons = self.persons.get(ref, frozenset())
        if self.me in persons or principal.startswith("person:"):
            return True
        if principal:
            return not persons & self.colleagues.get(principal, frozenset())
        return not any(persons & others for others in self.colleagues.values())


def taken(who: Who, matters: Mapping[int, str], *, named: Iterable[int] = (), on: date) -> Taken:
    """Give who took part in these matters, by id and reference, and the names asked for.

    Three queries, however many matters.
    """
    persons, waiting = _taken_part(matters)
    colleagues, names = _people(who, frozenset(named), on=on)
    return Taken(who.person, persons, colleagues, waiting, names)


def _taken_part(
    matters: Mapping[int, str],
) -> tuple[Mapping[str, frozenset[int]], frozenset[int]]:
    """Give who acted in each matter or holds a seat in it; and which wait for matters of theirs."""
    found: dict[str, set[int]] = defaultdict(set)
    waiting: set[int] = set()
    if not matters:
        return {}, frozenset()
    lines = Page.objects.filter(matter__in=sorted(matters.values())).order_by("seq")
    for ref, header in lines.values_list("matter", "header"):
        if (said := _SAID.search(header)) and said[1] in ACTS:
            found[str(ref)].add(int(said[2]))
    here = sorted(matters)
    seats = Seat.objects.filter(matter_id__in=here).values_list("matter_id", "person_id")
    children = ChildRow.objects.filter(matter_id__in=here, status="open").annotate(
        nobody=Value(0, output_field=BigIntegerField())
    )
    for matter, person in seats.union(children.values_list("matter_id", "nobody")):
        if person:
            found[matters[matter]].add(person)
        else:
            waiting.add(matter)
    return {ref: frozenset(persons) for ref, persons in found.items()}, frozenset(waiting)


def _people(
    who: Who, named: frozenset[int], *, on: date
) -> tuple[dict[str, frozenset[int]], dict[int, Text]]:
    """Give who else holds each of a person's posts, by principal, and the names asked for."""
    posts = {(post.post, post.body) for post in who.posts}
    today = Q(tenures__since__lte=on) & (Q(tenures__until__isnull=True) | Q(tenures__until__gte=on))
    wanted = Q(pk__in=sorted(named)) | Q(
        held__post__key__in=sorted({key for key, _ in posts}),
        held__post__body_id__in=sorted({body for _, body in posts}),
    )
    rows = Person.objects.annotate(held=FilteredRelation("tenures", condition=today)).filter(wanted)
    columns = ("pk", "name_zh", "name_en", "held__post__key", "held__post__body_id")
    colleagues: dict[str, set[int]] = {post_principal(*post): set() for post in posts}
    names: dict[int, Text] = {}
    for person, zh, en, key, body in rows.order_by("pk").values_list(*columns):
        if person in named:
            names[person] = Text(zh, en)
        if (key, body) in posts and person != who.person:
            colleagues[post_principal(key, body)].add(person)
    return {name: frozenset(persons) for name, persons in colleagues.items()}, names
