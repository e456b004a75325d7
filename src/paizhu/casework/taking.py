"""Who has taken part in a matter, so that a desk can tell mine from my team's.

Read from the headers of the book and the seats, for the matters of one page. It is asked about
matters, never about a person: nothing here gives what somebody did elsewhere.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from paizhu.casework.models import Seat
from paizhu.casework.projections import person_id
from paizhu.ledger.models import Entry as Page
from paizhu.registry.principals import Who, holders

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


def taken(who: Who, matters: Mapping[int, str], *, on: date) -> Taken:
    """Give who took part in these matters, by id and reference. Three queries at most."""
    return Taken(who.person, taken_part(matters), _colleagues(who, on=on))


def taken_part(matters: Mapping[int, str]) -> Mapping[str, frozenset[int]]:
    """Give who acted in each matter or holds a seat in it, by reference. Two queries."""
    found: dict[str, set[int]] = defaultdict(set)
    if not matters:
        return {}
    lines = Page.objects.filter(matter__in=sorted(matters.values()))
    for ref, header in lines.order_by("seq").values_list("matter", "header"):
        said = json.loads(header)
        if said["kind"] in ACTS and said["person"].startswith("person:"):
            found[str(ref)].add(person_id(said["person"]))
    seats = Seat.objects.filter(matter_id__in=sorted(matters))
    for matter, person in seats.order_by("pk").values_list("matter_id", "person_id"):
        found[matters[matter]].add(person)
    return {ref: frozenset(persons) for ref, persons in found.items()}


def _colleagues(who: Who, *, on: date) -> dict[str, frozenset[int]]:
    """Give, by principal, who else holds each of a person's posts. One query."""
    held: Iterable[tuple[str, int]] = {(post.post, post.body) for post in who.posts}
    return {
        f"post:{post}@body:{body}": persons - {who.person}
        for (post, body), persons in holders(held, on=on).items()
    }
