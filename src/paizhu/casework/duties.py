"""Recurring duties: a matter is opened ahead of each period, in every body that owes it.

Computed from the declared cadence, never counted up: a missed tick loses no period, a second tick
opens nothing twice, because a matter's source names duty, body and period and is unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from paizhu.casework import bodies, rulebook, writing
from paizhu.casework.models import Matter
from paizhu.engine.rights import Actor, When
from paizhu.kernel.periods import Period
from paizhu.ledger import book
from paizhu.registry.models import Body, Tie
from paizhu.rules import forms
from paizhu.rules.spec import Duty

_MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Due:
    """One period of a duty: its name, first and last day, and when its matter is opened."""

    name: str
    first: date
    last: date
    opens: date


def periods(duty: Duty, *, until: date) -> Iterator[Due]:
    """Give every period of a duty whose matter is to be open by `until`, oldest first."""
    months = _MONTHS[duty.cadence]
    first = date(duty.since.year, (duty.since.month - 1) // months * months + 1, 1)
    while True:
        after = _months_on(first, months)
        last = after - timedelta(days=1)
        opens = max(first, _before(last, duty.ahead))
        if opens > until or (duty.until is not None and first > duty.until):
            return
        if last >= duty.since:
            yield Due(_name(first, months), first, last, opens)
        first = after


def open_due(now: datetime) -> int:
    """Open the matter of every period that has come; give how many. Idempotent."""
    when = writing.moment(now, None)
    opened = 0
    for duty in rulebook.current().duties:
        due = list(periods(duty, until=when.day))
        there = _opened(duty)
        for body, since in _owing(duty, when.day):
            for period in due:
                source = f"duty:{duty.duty}:{body.code}:{period.name}"
                if source not in there and period.last >= since:
                    _open(duty, body, period, source, when)
                    opened += 1
    return opened


def _opened(duty: Duty) -> set[str]:
    found = Matter.objects.filter(source__startswith=f"duty:{duty.duty}:")
    return set(found.values_list("source", flat=True))


def _owing(duty: Duty, on: date) -> Iterator[tuple[Body, date]]:
    """Give the bodies of the kind with the first day they existed: when their first tie began."""
    for body in Body.objects.filter(kind=duty.bodies).order_by("code"):
        ties = Tie.objects.filter(target=body) | Tie.objects.filter(source=body)
        since = ties.order_by("since").values_list("since", flat=True).first()
        if since is not None and since <= on:
            yield body, since


def _open(duty: Duty, body: Body, period: Due, source: str, when: When) -> None:
    rules = rulebook.current().procedure(duty.procedure, on=when.day)
    action = duty.action or writing.opening_action(rules)
    words = {
        "period": period.name,
        "starts": period.first.isoformat(),
        "ends": period.last.isoformat(),
    }
    raw = {name: text.format(**words) for name, text in duty.fills.items()}
    values = forms.read(rules.spec.fields, rules.spec.actions[action].form, raw)
    values = bodies.settled(values, rules, [body.pk], on=when.day)
    system = Actor("system", "", dict.fromkeys(rules.spec.actions[action].by, "system"))
    new = writing.Opening(rules, action, system, body, values, extra={"source": source}, parts={})
    with book.writing() as pen:
        writing.open_matter(pen, new, when)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _before(last: date, ahead: Period) -> date:
    """Give the day a matter is opened; days and months before the end, in plain days."""
    days = {"day": 1, "working_day": 1, "month": 30, "year": 365, "hour": 0}[ahead.unit]
    return last - timedelta(days=ahead.value * days)


def _name(first: date, months: int) -> str:
    if months == 1:
        return f"{first.year}-{first.month:02}"
    if months == 12:
        return str(first.year)
    letter = "Q" if months == 3 else "H"
    return f"{first.year}{letter}{(first.month - 1) // months + 1}"
