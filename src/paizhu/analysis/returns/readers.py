"""Who reads the figures of a return, and what of small numbers: by post, as the return declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from paizhu.analysis.returns.spec import Return
from paizhu.registry.models import Body, Tie
from paizhu.registry.principals import Who, in_force, superior_of

Entitlement = Literal["all", "few"]
#: Bodies whose posts may read, by how they stand to the body of a return.
Places = Mapping[str, frozenset[int]]


def is_recipient_body(spec: Return, body: Body) -> bool:
    """Say whether the return is made for bodies of this kind."""
    return body.kind in spec.of


def entitlement(spec: Return, body: Body, who: Who, *, on: date) -> Entitlement | None:
    """Give what a person reads of the return of a body: all, few (small numbers withheld), nothing."""
    return read_from(spec, who, _places(body, on=on))


def read_from(spec: Return, who: Who, places: Places) -> Entitlement | None:
    """Give what a person reads of the return of a body that stands so to others. No query."""
    found = [
        one.shows
        for one in spec.readers
        for held in who.posts
        if held.post in one.posts and held.body in places[one.at]
    ]
    if not found:
        return None
    return "all" if "all" in found else "few"


def places_of_sent(organs: Iterable[int], *, on: date) -> dict[int, Places]:
    """Give how each body these organs send stands to others. One query."""
    ties = Tie.objects.filter(in_force(on), kind__in=["sends", "part_of"])
    sent: dict[int, int] = {}
    offices: dict[int, set[int]] = {organ: set() for organ in organs}
    for tie in ties.order_by("since", "pk").select_related("source"):
        if tie.kind == "sends" and tie.source_id in offices:
            sent[tie.target_id] = tie.source_id
        elif tie.kind == "part_of" and tie.target_id in offices and tie.source.kind == "office":
            offices[tie.target_id].add(tie.source_id)
    return {
        body: {
            "own": frozenset([body]),
            "superior": frozenset([organ]),
            "office": frozenset(offices[organ]),
        }
        for body, organ in sent.items()
    }


def bodies_near(who: Who, *, on: date) -> list[tuple[Body, Places]]:
    """Give the bodies whose returns a person might read, in their order, each with how it stands.

    A few queries, however many bodies there are and however many returns are asked about.
    """
    near = {held.body for held in who.posts}
    part_of = Tie.objects.filter(in_force(on), source_id__in=near, kind="part_of")
    organs = near | set(part_of.values_list("target_id", flat=True))
    sent = places_of_sent(organs, on=on)
    found = Body.objects.filter(pk__in=organs | set(sent)).order_by("code")
    return [(body, sent.get(body.pk) or _places(body, on=on)) for body in found]


def _places(body: Body, *, on: date) -> dict[str, frozenset[int]]:
    """Give the bodies whose posts may read, by how they stand to this one."""
    superior = body.pk if body.kind == "organ" else superior_of(body.pk, on=on)
    offices = Tie.objects.filter(
        in_force(on), target_id=superior, kind="part_of", source__kind="office"
    )
    return {
        "own": frozenset([body.pk]),
        "superior": frozenset([superior] if superior is not None else []),
        "office": frozenset(offices.values_list("source_id", flat=True)),
    }
