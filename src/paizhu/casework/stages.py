"""Where matters stand, for rows elsewhere that follow them: as sub-queries, never as a list for eyes."""

from __future__ import annotations

from django.db.models import QuerySet

from paizhu.casework.models import Matter


def standing_in(procedure: str, stage: str) -> QuerySet[Matter, str]:
    """Give the numbers of the matters of a procedure that stand in a stage."""
    return Matter.objects.filter(procedure=procedure, stage=stage).values_list("ref", flat=True)


def closed() -> QuerySet[Matter, str]:
    """Give the numbers of the matters that are closed."""
    return Matter.objects.filter(is_final=True).values_list("ref", flat=True)


def version_of(ref: str) -> int:
    """Give how far a matter has come, for an action that rests on what it is now."""
    return Matter.objects.get(ref=ref).version
