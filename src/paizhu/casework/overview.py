"""Many bodies side by side, in numbers: of what the reader may know, counted where it lies.

No content and no reference leaves this module, and nothing is put in an order of numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from paizhu.casework import access, rulebook
from paizhu.casework.areas import procedures_in
from paizhu.casework.models import ClockRow, Matter, Part
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

#: How far back a look still counts as this year's.
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class UnitNumbers:
    """What is known of a unit, as numbers."""

    open: int = 0
    late: int = 0
    repairs: int = 0
    looks: int = 0
    last_look: date | None = None


@dataclass(frozen=True, slots=True)
class StageCounts:
    """Matters of one procedure held by one body, by stage."""

    body: int
    #: The stage, its title, and how many stand there; the ends left out.
    stages: tuple[tuple[str, Text, int], ...]
    open: int
    closed: int
    late: int


@dataclass(frozen=True, slots=True)
class ProcedureCounts:
    """One procedure over the bodies that hold matters of it."""

    procedure: str
    title: Text
    columns: tuple[Text, ...]
    by_body: Mapping[int, StageCounts] = field(default_factory=dict)


def unit_numbers(who: Who, units: Collection[int], *, on: date) -> Mapping[int, UnitNumbers]:
    """Give the numbers of each unit, from matters it has a part in. Two queries."""
    known = access.may_know(who, "matter_id", one_by_one=True)
    parts = Part.objects.filter(known, body_id__in=sorted(units))
    late = ClockRow.objects.filter(
        matter_id=OuterRef("matter_id"), stopped_date__isnull=True, due_date__lt=on
    )
    running, repairs = Q(matter__is_final=False), sorted(procedures_in("repairs"))
    now = parts.filter(running).order_by().values("body_id").annotate(
        open=Count("matter", distinct=True),
        late=Count("matter", distinct=True, filter=Exists(late)),
        repairs=Count("matter", distinct=True, filter=Q(matter__procedure__in=repairs)),
    )  # fmt: skip
    looked = parts.filter(matter__procedure__in=sorted(procedures_in("field_work")))
    looks = looked.order_by().values("body_id").annotate(
        last_look=Max("matter__opened_date"),
        looks=Count("matter", distinct=True, filter=Q(matter__opened_date__gt=on - YEAR)),
    )  # fmt: skip
    running_now = {row["body_id"]: row for row in now}
    seen = {row["body_id"]: row for row in looks}
    found = {}
    for unit in units:
        row, look = running_now.get(unit), seen.get(unit)
        found[unit] = UnitNumbers(
            open=row["open"] if row else 0,
            late=row["late"] if row else 0,
            repairs=row["repairs"] if row else 0,
            looks=look["looks"] if look else 0,
            last_look=look["last_look"] if look else None,
        )
    return found


def counts(who: Who, procedures: Iterable[str], *, on: date) -> list[ProcedureCounts]:
    """Give the matters of some procedures by body and stage. Two queries."""
    known = access.visible_to(who, one_by_one=True).filter(procedure__in=sorted(procedures))
    late = _late(known, on=on)
    by_name: dict[str, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rules: dict[str, RunnableProcedure] = {}
    grouped = known.order_by().values_list("procedure", "rules", "body_id", "stage")
    for name, digest, body, stage, number in grouped.annotate(number=Count("pk")):
        rules[name] = rulebook.rules_of(digest)
        stages = by_name[name][body]
        stages[stage] = stages.get(stage, 0) + number
    return [_procedure(rules[name], bodies, late) for name, bodies in sorted(by_name.items())]


def _late(known: QuerySet[Matter], *, on: date) -> Mapping[tuple[str, int], int]:
    rows = ClockRow.objects.filter(matter__in=known, stopped_date__isnull=True, due_date__lt=on)
    grouped = rows.order_by().values_list("matter__procedure", "matter__body_id")
    found = grouped.annotate(number=Count("matter", distinct=True))
    return {(name, body): number for name, body, number in found}


def _procedure(
    rules: RunnableProcedure,
    bodies: Mapping[int, Mapping[str, int]],
    late: Mapping[tuple[str, int], int],
) -> ProcedureCounts:
    stages = rules.spec.stages
    ends = {name for name, stage in stages.items() if stage.final}
    used = {stage for those in bodies.values() for stage in those}
    columns = [name for name in stages if name not in ends and name in used]
    return ProcedureCounts(
        procedure=rules.name,
        title=rules.spec.title,
        columns=tuple(stages[name].title for name in columns),
        by_body={
            body: StageCounts(
                body=body,
                stages=tuple((name, stages[name].title, those.get(name, 0)) for name in columns),
                open=sum(number for stage, number in those.items() if stage not in ends),
                closed=sum(number for stage, number in those.items() if stage in ends),
                late=late.get((rules.name, body), 0),
            )
            for body, those in bodies.items()
        },
    )


def hand_overs() -> frozenset[str]:
    """Give the procedures that hand something from one body to another, by their shape."""
    return frozenset(
        version.name
        for versions in rulebook.current().procedures.values()
        for version in versions
        if version.spec.hand_over is not None
    )


def open_by_body(who: Who, bodies: Collection[int], *, on: date) -> Mapping[int, tuple[int, int]]:
    """Give how many open matters each body holds and how many are late. One query."""
    late = ClockRow.objects.filter(
        matter_id=OuterRef("pk"), stopped_date__isnull=True, due_date__lt=on
    )
    known = access.visible_to(who, one_by_one=True)
    held = known.filter(is_final=False, body_id__in=sorted(bodies)).order_by().values("body_id")
    found = held.annotate(open=Count("pk"), late=Count("pk", filter=Exists(late)))
    numbers = {row["body_id"]: (row["open"], row["late"]) for row in found}
    return {body: numbers.get(body, (0, 0)) for body in bodies}
