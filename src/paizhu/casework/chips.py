"""Clock chips: a time limit at a glance, made from a row or from a folded run."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from paizhu.casework.cards import ClockChip
from paizhu.casework.models import ClockRow
from paizhu.engine.clocks import Standing, unit_of
from paizhu.kernel.counting import days_left
from paizhu.rules.rulebook import RunnableProcedure


class RunOfClock(NamedTuple):
    """What a chip needs of a row; a tuple is had for a third of a model's price."""

    matter_id: int
    clock: str
    run: int
    start_date: date
    due_date: date | None
    target_date: date | None
    is_provisional: bool
    is_paused: bool
    stopped_date: date | None
    is_kept: bool | None


def from_row(
    row: ClockRow | RunOfClock, procedure: RunnableProcedure, *, ref: str, on: date
) -> ClockChip:
    """Make a chip from the row of a list; the row's matter is not touched."""
    status = "paused" if row.is_paused else "running"
    if row.stopped_date is not None:
        status = "met" if row.is_kept else "missed"
    elif row.due_date is not None and on > row.due_date:
        status = "late"
    left, unit = None, unit_of(row.clock, row.start_date, procedure)
    if row.due_date is not None and row.stopped_date is None:
        left = days_left(row.due_date, on, calendar=procedure.calendar, unit=unit)
    return ClockChip(
        ref=ref,
        clock=row.clock,
        run=row.run,
        title=procedure.spec.clocks[row.clock].title,
        status=status,  # type: ignore[arg-type]
        due_date=row.due_date,
        target_date=row.target_date,
        provisional=row.is_provisional,
        days_left=left,
        confidence=mark(row.clock, row.start_date, procedure),
        matter_title=procedure.spec.title,
        working_days=unit == "working_day",
    )


def from_standing(
    standing: Standing, procedure: RunnableProcedure, *, ref: str, start: date
) -> ClockChip:
    """Make a chip from a folded run."""
    return ClockChip(
        ref=ref,
        clock=standing.clock,
        run=standing.run,
        title=procedure.spec.clocks[standing.clock].title,
        status=standing.status,
        due_date=standing.due.date,
        target_date=standing.target_date,
        provisional=standing.due.provisional,
        days_left=standing.days_left,
        confidence=mark(standing.clock, start, procedure),
        matter_title=procedure.spec.title,
        working_days=unit_of(standing.clock, start, procedure) == "working_day",
    )


def mark(clock: str, start: date, procedure: RunnableProcedure) -> str:
    """Give the confidence shown beside a date; what was read in the text needs no mark."""
    confidence = procedure.basis_of(procedure.spec.clocks[clock].basis, start).confidence
    return "" if confidence == "T" else confidence
