"""Which bodies' business data a person may look at: those his own posts supervise. Else nothing."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from paizhu.registry.models import Tie
from paizhu.registry.principals import Who, in_force, supervised_by

#: A post in a unit supervises nobody here, whatever ties its body has.
_SUPERVISING = frozenset({"organ", "office", "team"})


def bodies_within(who: Who, *, on: date) -> frozenset[int]:
    """Give the bodies supervised by a team or office of one of his posts, or by a team it sends."""
    own = {post.body for post in who.posts if post.body_kind in _SUPERVISING}
    if not own:
        return frozenset()
    sent = Tie.objects.filter(in_force(on), source_id__in=own, kind="sends")
    return supervised_by(own | set(sent.values_list("target_id", flat=True)), on=on)


def supervised_within(who: Who, *, on: date) -> QuerySet[Tie]:
    """Give the same bodies as a sub-query, for a page that asks for nothing else about them."""
    own = {post.body for post in who.posts if post.body_kind in _SUPERVISING}
    ties = Tie.objects.filter(in_force(on))
    sent = ties.filter(source_id__in=own, kind="sends").values("target_id")
    near = Q(source_id__in=own) | Q(source_id__in=sent)
    watched = ties.filter(near, kind__in=["sits_in", "supervises"])
    return watched.values("target_id")  # type: ignore[return-value]


def bodies_around(body: int, *, on: date) -> frozenset[int]:
    """Give the bodies that a body's own table may name: its parts at any depth, and what is
    supervised by those who supervise it.
    """
    found = {body}
    edge = {body}
    while edge:
        parts = Tie.objects.filter(in_force(on), target_id__in=edge, kind="part_of")
        edge = set(parts.values_list("source_id", flat=True)) - found
        found |= edge
    supervisors = Tie.objects.filter(
        in_force(on),
        target_id=body,
        kind__in=["sits_in", "supervises"],
        source__kind__in=_SUPERVISING,
    )
    return frozenset(found) | supervised_by(supervisors.values_list("source_id", flat=True), on=on)
