"""A seat ends with the posts it was given for: who left every body that works on a matter leaves it.

So does whoever came with a body whose part is over, by a step or by its last day. Found each day
from who holds what today, never counted up: a day without a tick loses nothing, and a second tick
finds nobody.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from paizhu.casework import folding, persons, writing
from paizhu.casework.models import Matter, Part, Seat
from paizhu.casework.writing import Bench
from paizhu.engine import steps
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When
from paizhu.ledger import book
from paizhu.registry.models import Tenure
from paizhu.registry.principals import in_force


def end_seats(now: datetime) -> int:
    """Empty the seats of whoever has left, matter by matter; give in how many. Idempotent."""
    when = writing.moment(now, None)
    working = Part.objects.filter(
        Q(until_date__isnull=True) | Q(until_date__gte=when.day),
        matter=OuterRef(OuterRef("matter")),
        part__in=persons.WORKING,
    )
    posts = Tenure.objects.filter(
        in_force(when.day), person=OuterRef("person"), post__body__in=working.values("body")
    )
    left = Seat.objects.filter(~Exists(posts))
    found = Matter.objects.filter(pk__in=left.values("matter")).order_by("pk")
    matters = list(found.values_list("pk", "ref"))
    for matter, ref in matters:
        _end(matter, ref, when)
    return len(matters)


def _end(matter: int, ref: str, when: When) -> None:
    with book.writing() as pen:
        found = folding.folded(ref)
        bench = Bench(matter, found.entries, found.held, Actor("system", "", {}))
        here = set(persons.candidates(bench.state, on=when.day))
        writing.write(pen, bench, _drafts(bench, here, when), when)


def _drafts(bench: Bench, here: set[str], when: When) -> list[Entry]:
    """Draft each role anew without whoever has left; who signs in place of a role leaves it too."""
    drafts: list[Entry] = []
    state = bench.state
    for seats, extra in ((state.seats, {}), (state.substitutes, {"substitute": True})):
        for role, seated in seats.items():
            stay: list[Value] = [person for person in seated if person in here]
            if len(stay) < len(seated):
                payload: dict[str, Value] = {"role": role, "persons": stay, **extra}
                drafts.append(
                    steps.by_rule(state, bench.procedure, "assigned", payload=payload, when=when)
                )
    return drafts
