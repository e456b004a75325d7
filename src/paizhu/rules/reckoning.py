"""A legal limit counted out from a day, apart from any matter: the day it ends, and why that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from paizhu.kernel.calendars import Calendar
from paizhu.kernel.counting import Counting, Due, Skipped, Step, count, days_left, months_on
from paizhu.kernel.errors import Invalid
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text
from paizhu.rules.law import Basis, LawBook

#: From the day the clock is stopped to the day it runs again; None while it stands.
PauseDates = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Law:
    """What a date is counted by."""

    book: LawBook
    calendar: Calendar
    counting: Counting


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One limit counted out, or why it has none."""

    clock: str
    basis: Basis
    due: Due | None
    days_left: int | None = None


@dataclass(frozen=True, slots=True)
class RuleNamed:
    instrument: str
    title: Text


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """How often and by how much it may be extended, and by whom."""

    by: str | None
    times: int | None
    approved_by: Text


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """Everything there is to say about a reckoned limit, for programs."""

    ref: str
    due_date: date | None
    due_moment: datetime | None
    last_counted_date: date | None
    held: bool
    provisional: bool
    days_left: int | None
    title: Text | None
    limit: str | None
    no_number: str | None
    direction: str
    rule: RuleNamed
    article: str
    version: date | None
    confidence: str
    in_force: bool
    must: Text | None
    extension: ExtensionFacts | None
    note: Text | None
    skipped: tuple[Skipped, ...]
    steps: tuple[Step, ...]


def limits_of(clock: str, law: Law) -> list[str]:
    """Give the limit asked for, or each phase of a clock that has several."""
    law.book.instruments_of(clock)
    row = (law.book.clocks.get(clock) or law.book.effects.get(clock) or (None, None))[1]
    if row is None and "." not in clock:
        say = Text(
            f"“{clock}”是条文，不是时限。请用时限编号（如 C-040），或用 paizhu explain law {clock}。",
            f"“{clock}” is a provision, not a time limit. Use a clock such as C-040, or paizhu explain law {clock}.",
        )
        raise Invalid(say, fields={"CLOCK": say})
    return [f"{clock}.{phase}" for phase in row.phases] if row and row.phases else [clock]


def reckon(
    clock: str,
    law: Law,
    *,
    start: date,
    stood: date,
    pauses: Sequence[PauseDates] = (),
    on: date | None = None,
) -> Reckoned:
    """Count a limit from a day by the law as it stood; with `on` say what is left then."""
    basis = law.book.basis(clock, stood)
    if basis.limit is None:
        return Reckoned(clock, basis, None)
    counting = replace(law.counting, roll=law.counting.roll and basis.roll)
    if basis.direction == "before":
        reckoned = _before(start, basis.limit, law)
    else:
        reckoned = count(
            start, [basis.limit], calendar=law.calendar, counting=counting, pauses=pauses
        )
    left = None
    if on is not None and reckoned.date is not None:
        left = days_left(reckoned.date, on, calendar=law.calendar, unit=basis.limit.unit)
    return Reckoned(clock, basis, reckoned, left)


def _before(event: date, limit: Period, law: Law) -> Due:
    """Count back from an event; the last day to act is never moved past it, but to before it."""
    skipped: list[Skipped] = []
    last, left = event, limit.value
    if limit.unit == "working_day":
        while left:
            last -= timedelta(days=1)
            why = law.calendar.why_off(last)
            skipped += [Skipped(last, why)] if why else []
            left -= why is None
    elif limit.unit == "day":
        last = event - timedelta(days=left)
    else:
        last = months_on(event, -left * (12 if limit.unit == "year" else 1))
    unrolled = last
    while law.counting.roll and (why := law.calendar.why_off(last)):
        skipped.append(Skipped(last, why))
        last -= timedelta(days=1)
    provisional = any(map(law.calendar.is_provisional, (last, event)))
    return Due(last, None, False, provisional, unrolled, tuple(skipped))  # noqa: FBT003


def facts(answer: Reckoned) -> LimitFacts:
    """Lay out a reckoned limit."""
    basis, reckoned = answer.basis, answer.due
    return LimitFacts(
        ref=answer.clock,
        due_date=reckoned.date if reckoned else None,
        due_moment=reckoned.moment if reckoned else None,
        last_counted_date=reckoned.unrolled_date if reckoned else None,
        held=bool(reckoned and reckoned.held),
        provisional=bool(reckoned and reckoned.provisional),
        days_left=answer.days_left,
        title=basis.title,
        limit=str(basis.limit) if basis.limit else None,
        no_number=basis.no_number,
        direction=basis.direction,
        rule=RuleNamed(basis.instrument, basis.instrument_title),
        article=basis.article,
        version=basis.version,
        confidence=basis.confidence,
        in_force=basis.in_force,
        must=basis.says,
        extension=_extension(basis),
        note=basis.note,
        skipped=reckoned.skipped if reckoned else (),
        steps=reckoned.steps if reckoned else (),
    )


def _extension(basis: Basis) -> ExtensionFacts | None:
    allowed = basis.extension
    if allowed is None:
        return None
    by = str(allowed.by) if allowed.by else None
    return ExtensionFacts(by, allowed.times, allowed.approved_by)
