"""Where matters stand, for rows elsewhere that follow them, never as a list for eyes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from paizhu.casework.models import Matter


class Standing(NamedTuple):
    """What a matter says in its listed fields, and who has held it since when."""

    number: int
    ref: str
    holder: int
    opened_date: date
    listed: Mapping[str, str]


def said_in(procedure: str, stages: Collection[str]) -> Iterator[Standing]:
    """Give what the matters of a procedure say that stand in these stages, the earliest first."""
    found = Matter.objects.filter(procedure=procedure, stage__in=sorted(stages)).order_by("pk")
    columns = ("pk", "ref", "body_id", "opened_date", "listed")
    for number, ref, holder, opened, listed in found.values_list(*columns):
        said = {str(name): str(value) for name, value in json.loads(listed)}
        yield Standing(number, ref, holder, opened, said)


def standing_in(procedure: str, stage: str) -> QuerySet[Matter, str]:
    """Give the numbers of the matters of a procedure that stand in a stage."""
    return Matter.objects.filter(procedure=procedure, stage=stage).values_list("ref", flat=True)


def closed() -> QuerySet[Matter, str]:
    """Give the numbers of the matters that are closed."""
    return Matter.objects.filter(is_final=True).values_list("ref", flat=True)


def version_of(ref: str) -> int:
    """Give how far a matter has come, for an action that rests on what it is now."""
    return Matter.objects.get(ref=ref).version
