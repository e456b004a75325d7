"""What time alone brings: warnings, new calendars, sealed read lines, a checkpoint a day.

Everything is computed from the ledger and written once, so a missed tick loses nothing and a
second tick does nothing. A tick never changes a due day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from paizhu.casework import (
    adopting,
    children,
    duties,
    inspecting,
    leaving,
    mailing,
    notices,
    rulebook,
    saving,
    tables,
    writing,
)
from paizhu.casework.models import ClockRow, Matter
from paizhu.engine import steps
from paizhu.engine.clocks import due_of, thresholds
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import When
from paizhu.engine.state import State, apply, fold
from paizhu.ledger import book, checkpoints, reads
from paizhu.rules.rulebook import RunnableProcedure


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick wrote."""

    warned: int
    #: Matters opened because a recurring duty falls due.
    opened: int
    #: Running matters taken over to a newer calendar.
    adopted: int
    sealed_days: int
    #: Saved filters that reached their threshold.
    reached: int
    #: Daily letters handed over.
    mailed: int
    #: Page of the checkpoint signed by this tick, None when today's was there.
    checkpoint: int | None


def tick(now: datetime) -> TickReport:
    """Write what is due by `now`. Idempotent."""
    when = writing.moment(now, None)
    rulebook.publish(now)
    leaving.end_seats(now)
    adopted = adopting.adopt_calendars(now)
    rows = ClockRow.objects.filter(warning_date__lte=when.day)
    refs = Matter.objects.filter(pk__in=rows.values("matter_id")).order_by("pk")
    warned = sum(_warn(matter, when) for matter in refs)
    opened = duties.open_due(now)
    reached = saving.watch(now)
    sealed = len(reads.seal_finished(now=now))
    signed = _sign_daily(now)
    mailed = mailing.send_due(now)
    _optimize()
    report = TickReport(warned, opened, adopted, sealed, reached, mailed, signed)
    inspecting.note_tick(asdict(report), now=now)
    return report


def _warn(matter: Matter, when: When) -> int:
    """Append each warning of one matter once per clock, run and threshold, and what it brings."""
    with book.writing() as pen:
        before = fold(book.entries_of(matter.ref), rulebook.rules_of)
        procedure = rulebook.rules_of(before.rules)
        state, written = before, []
        for draft in _drafts(before, procedure, when):
            entry = replace(draft, version=state.version + 1)
            entry = pen.append(matter.ref, entry).entry
            state = apply(state, entry, procedure)
            written.append(entry)
        tables.update_matter(matter.pk, (before, procedure), (state, procedure))
        notices.write(matter.pk, state, procedure, written)
        children.tell_parent(pen, before, state, procedure, when)
    return sum(entry.kind == "warned" for entry in written)


def _drafts(state: State, procedure: RunnableProcedure, when: When) -> Iterator[Entry]:
    for run in tuple(state.running()):
        due = due_of(run, procedure).date
        for threshold, day in thresholds(run, procedure):
            if day > when.day or threshold in run.warned or due is None:
                continue
            payload: dict[str, Value] = {
                "clock": run.clock,
                "run": run.run,
                "threshold": threshold,
                "due": due.isoformat(),
            }
            yield steps.by_rule(state, procedure, "warned", payload=payload, when=when)
            if threshold == "missed":
                yield from steps.missed(state, procedure, run.clock, when=when)


def _sign_daily(now: datetime) -> int | None:
    """Sign one checkpoint a day, when anything was written since the last."""
    latest = checkpoints.latest()
    last = book.last()
    if last.seq == 0:
        return None
    if latest is not None and _day(latest.at) == writing.moment(now, None).day:
        return None
    if latest is not None and last.seq == latest.seq + 1:  # only the checkpoint itself since
        return None
    return checkpoints.sign(now, keys=settings.PAIZHU_DATA / "keys").seq


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def _optimize() -> None:
    """Keep the planner informed: a fresh or restored database knows nothing of its tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "PRAGMA optimize"
            if connection.vendor == "sqlite"
            else "ANALYZE casework_matter, casework_reader, casework_clockrow, casework_waiting"
        )
