"""Matters and dues for figures: what one reader may know of, as plain facts, and nothing of content.

A figure is made elsewhere from these; here only the few questions to the tables are asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet

from paizhu.casework import access
from paizhu.casework.models import ClockRow, LinkRow, Part
from paizhu.registry.principals import Who

#: Bodies that have more parts than this are met soon when one goes back through the matters.
WALKED = 10_000


class Fact(NamedTuple):
    """What is needed of a matter to place it."""

    pk: int
    ref: str
    procedure: str
    rules: str
    stage: str
    is_final: bool
    opened_date: date
    closed_date: date | None
    body_id: int
    source: str


def facts(
    who: Who,
    *,
    most: int,
    is_open: bool = False,
    procedures: Collection[str] | None = None,
    bodies: Collection[int] | None = None,
) -> list[Fact]:
    """Give the matters a reader may know of, the last registered first. One query, and one before."""
    found = access.visible_to(who, one_by_one=access.knows_many(who))
    if is_open:
        found = found.filter(is_final=False)
    if procedures is not None:
        found = found.filter(procedure__in=sorted(procedures))
    if bodies is not None:
        found = found.filter(body_id__in=sorted(bodies))
    return [Fact(*row) for row in found.order_by("-pk").values_list(*Fact._fields)[:most]]


def dues(
    who: Who, *, first: date, last: date, most: int, bodies: Collection[int] | None = None
) -> list[tuple[date, str]]:
    """Give the days on which running limits fall due, with the matters; the first due first."""
    near = _running(who, bodies).filter(due_date__gte=first, due_date__lte=last)
    found = near.order_by("due_date", "pk").values_list("due_date", "matter__ref")[:most]
    return [(due, ref) for due, ref in found if due is not None]


def dues_before(who: Who, day: date, *, most: int, bodies: Collection[int] | None = None) -> int:
    """Count the running limits that were due before a day, up to `most`."""
    return _running(who, bodies).filter(due_date__lt=day).order_by()[:most].count()


def _running(who: Who, bodies: Collection[int] | None) -> QuerySet[ClockRow]:
    known = access.may_know(who, "matter_id", one_by_one=access.knows_many(who))
    rows = ClockRow.objects.filter(known, stopped_date__isnull=True, due_date__isnull=False)
    return rows if bodies is None else rows.filter(matter__body_id__in=sorted(bodies))


def next_dues(matters: Iterable[int]) -> Mapping[int, date]:
    """Give the day each of these matters is due first. One query."""
    running = ClockRow.objects.filter(
        matter_id__in=list(matters), stopped_date__isnull=True, due_date__isnull=False
    )
    rows = running.order_by("-due_date").values_list("matter_id", "due_date")
    return {matter: due for matter, due in rows if due is not None}


def missed(matters: Iterable[int], *, on: date) -> set[int]:
    """Give the matters in which a limit was missed, or is past its day now."""
    over = Q(is_kept=False) | Q(stopped_date__isnull=True, due_date__lt=on)
    found = ClockRow.objects.filter(over, matter_id__in=list(matters))
    return set(found.order_by().values_list("matter_id", flat=True).distinct())


def opened_from(who: Who, matters: Sequence[int]) -> set[int]:
    """Give the matters opened from another that the reader may know of too; of a hidden one, nothing."""
    links = LinkRow.objects.filter(matter_id__in=matters, relation="parent")
    parents = dict(links.values_list("matter_id", "ref"))
    seen = access.visible_to(who, one_by_one=True).filter(ref__in=sorted(set(parents.values())))
    known = set(seen.values_list("ref", flat=True))
    return {matter for matter, ref in parents.items() if ref in known}


def parts_of(who: Who, bodies: Collection[int], *, most: int) -> list[tuple[int, str, str, bool]]:
    """Give body, procedure, number and whether it is closed of the matters these have a part in."""
    known = access.may_know(who, "matter_id", one_by_one=True)
    wanted = sorted(bodies)
    parts = Part.objects.filter(body_id__in=wanted)
    if parts.order_by()[: WALKED + 1].count() > WALKED:
        # Back through all matters until there are enough, not through all that the bodies ever had:
        # what is reckoned with is no index.
        parts = Part.objects.alias(of=F("body_id") + 0).filter(of__in=wanted)
    found = parts.filter(known).order_by("-matter_id")
    return list(
        found.values_list("body_id", "matter__procedure", "matter__ref", "matter__is_final")[:most]
    )
