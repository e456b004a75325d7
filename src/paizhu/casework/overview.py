"""Many bodies side by side, in numbers: of what the reader may know, counted where it lies.

No content and no reference leaves this module, and nothing is put in an order of numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from paizhu.casework import access, rulebook
from paizhu.casework.areas import procedures_in
from paizhu.casework.models import ClockRow, Matter
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

#: Of each body so many matters are counted, the last registered.
MOST = 2000
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
    """Give the numbers of each unit, from the matters last registered that it has a part in."""
    found = {}
    looking = sorted(procedures_in("field_work"))
    wanted: _Given = [on, *sorted(procedures_in("repairs")), *looking, on - YEAR, *looking]
    is_look, is_repair = (
        f"procedure IN ({_marks(procedures_in(area))})" for area in ("field_work", "repairs")
    )
    sums = (
        "SUM(CASE WHEN is_final THEN 0 ELSE 1 END)",
        f"SUM(CASE WHEN NOT is_final AND {_IS_LATE} THEN 1 ELSE 0 END)",
        f"SUM(CASE WHEN NOT is_final AND {is_repair} THEN 1 ELSE 0 END)",
        f"SUM(CASE WHEN {is_look} AND opened_date > %s THEN 1 ELSE 0 END)",
        f"MAX(CASE WHEN {is_look} THEN opened_date END)",
    )
    of_unit = (
        "SELECT p.body_id AS body, p.matter_id AS matter FROM casework_part p"
        " WHERE p.body_id = {body} AND {known}"
    )
    for body, still, late, repairs, looks, last in _summed(
        who, units, of_unit, "p.matter_id", sums, wanted
    ):
        found[body] = UnitNumbers(still, late, repairs, looks, _day(last))
    return {unit: found.get(unit, UnitNumbers()) for unit in units}


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
    """Give how many open matters each body holds, and how many of them are late, up to `MOST`."""
    held = (
        "SELECT m.body_id AS body, m.id AS matter FROM casework_matter m"
        " WHERE m.body_id = {body} AND NOT m.is_final AND {known}"
    )
    sums = ("COUNT(*)", f"SUM(CASE WHEN {_IS_LATE} THEN 1 ELSE 0 END)")
    rows = _summed(who, bodies, held, "m.id", sums, [on])
    numbers = {body: (number, late) for body, number, late in rows}
    return {body: numbers.get(body, (0, 0)) for body in bodies}


# --- within: each body by itself, the last registered first, no further than `MOST` ---------------

_Given = list[Any]
#: So many bodies are asked for in one statement: SQLite joins no more than five hundred questions.
AT_ONCE = 200
_IS_LATE = (
    "id IN (SELECT c.matter_id FROM casework_clockrow c"
    " WHERE c.stopped_date IS NULL AND c.due_date < %s)"
)
#: One row after the other, as `access.may_know` asks it; the OFFSET keeps PostgreSQL from walking
#: through the readers of all matters instead.
_KNOWN = (
    "EXISTS (SELECT 1 FROM casework_reader r WHERE r.matter_id = {matter}"
    " AND r.principal IN ({principals}) AND (r.until = '' OR r.until >= %s) LIMIT 1 OFFSET 0)"
    " AND NOT EXISTS (SELECT 1 FROM casework_recusal x"
    " WHERE x.matter_id = {matter} AND x.person_id = %s LIMIT 1 OFFSET 0)"
)


def _summed(
    who: Who,
    bodies: Collection[int],
    of_body: str,
    matter: str,
    sums: Sequence[str],
    wanted: _Given,
) -> Iterator[tuple[Any, ...]]:
    """Sum up the matters of each body that the reader may know of; `of_body` gives those of one."""
    principals = sorted(who.principals)
    known = _KNOWN.format(matter=matter, principals=_marks(principals))
    listed = sorted(bodies)
    for start in range(0, len(listed), AT_ONCE):
        those = listed[start : start + AT_ONCE]
        one = f"({of_body} ORDER BY {matter} DESC LIMIT {MOST:d}) AS of_body"
        each, given = EACH[connection.vendor](one, known, those, [*principals, who.now, who.person])
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH known AS (SELECT DISTINCT body, matter FROM ({each}) AS every)"
                f" SELECT body, {', '.join(sums)} FROM known"
                " JOIN casework_matter ON id = matter GROUP BY body",
                [*given, *wanted],
            )
            yield from cursor.fetchall()


def _arm_by_arm(one: str, known: str, bodies: Sequence[int], given: _Given) -> tuple[str, _Given]:
    arms = (f"SELECT * FROM {one}".format(body=body, known=known) for body in bodies)
    return " UNION ALL ".join(arms), given * len(bodies)


def _laterally(one: str, known: str, bodies: Sequence[int], given: _Given) -> tuple[str, _Given]:
    """Ask one question, planned once; SQLite cannot join laterally."""
    each = f"SELECT of_body.* FROM unnest(%s::bigint[]) AS b(id), LATERAL {one}"
    return each.format(body="b.id", known=known), [list(bodies), *given]


#: How each engine asks the same of several bodies.
EACH = {"sqlite": _arm_by_arm, "postgresql": _laterally}


def _marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values)) or "NULL"


def _day(said: date | str | None) -> date | None:
    """Give a day as both engines say the last of several."""
    return date.fromisoformat(said) if isinstance(said, str) else said
