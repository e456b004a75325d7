"""The rows of lists: what is shown of each of a few matters, in four queries however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import F, QuerySet

from paizhu.casework import chips, rulebook
from paizhu.casework.cards import MatterRow, WhyLine
from paizhu.casework.chips import RunOfClock
from paizhu.casework.models import ClockRow, Matter, Waiting
from paizhu.casework.naming import Names, mentioned, names_of_keys, shown
from paizhu.engine.entries import Value
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure


class Head(NamedTuple):
    """What a row needs of the matter itself; a tuple is had for a third of a model's price."""

    pk: int
    ref: str
    procedure: str
    rules: str
    stage: str
    is_final: bool
    opened_date: date
    version: int
    listed: str
    body__name_zh: str
    body__name_en: str


def rows_of(who: Who, chosen: QuerySet[Matter], *, on: date) -> Iterable[MatterRow]:
    """Give the rows of matters that the person may know of, in their order."""
    heads = [Head(*one) for one in chosen.values_list(*Head._fields)]
    ids = [head.pk for head in heads]
    clocks = _next_clocks(ids)
    mine = set(to_sign(who).filter(matter_id__in=ids).values_list("matter_id", flat=True))
    listed = {head.pk: json.loads(head.listed) for head in heads}
    names = names_of_keys(
        key for pairs in listed.values() for _, value in pairs for key in mentioned(value)
    )
    for head in heads:
        procedure = rulebook.rules_of(head.rules)
        clock = clocks.get(head.pk)
        stage = procedure.spec.stages[head.stage]
        yield MatterRow(
            ref=head.ref,
            procedure=head.procedure,
            procedure_title=procedure.spec.title,
            stage=head.stage,
            stage_title=stage.title,
            final=head.is_final,
            body=Text(head.body__name_zh, head.body__name_en),
            opened_date=head.opened_date,
            listed=tuple(_listed(listed[head.pk], procedure, names)),
            next_clock=chips.from_row(clock, procedure, ref=head.ref, on=on) if clock else None,
            waiting_for_me=head.pk in mine,
            version=head.version,
        )


def to_sign(who: Who) -> QuerySet[Waiting]:
    """Give what waits for one of a person's principals; only for matters known to be theirs."""
    theirs = Waiting.objects.filter(principal__in=sorted(who.principals))
    return theirs.exclude(not_for__contains=f",{who.person},")


def _next_clocks(ids: Sequence[int]) -> dict[int, RunOfClock]:
    """Give the running clock of each matter that is due first; those that are held come last."""
    found: dict[int, RunOfClock] = {}
    running = ClockRow.objects.filter(matter_id__in=ids, stopped_date__isnull=True)
    soonest = running.order_by(F("due_date").asc(nulls_last=True), "pk")
    for row in map(RunOfClock._make, soonest.values_list(*RunOfClock._fields)):
        found.setdefault(row.matter_id, row)
    return found


def _listed(
    pairs: Sequence[tuple[str, Value]], procedure: RunnableProcedure, names: Names
) -> Iterable[WhyLine]:
    for name, value in pairs:
        spec = procedure.spec.fields[name]
        yield WhyLine(spec.title, shown(value, spec, names))
