"""Recurring duties: a matter is opened ahead of each period, in every body that owes it.

Computed from the declared cadence, never counted up: a missed tick loses no period, a second tick
opens nothing twice, because a matter's source names duty, body and period and is unique.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min

from paizhu.casework import bodies, openings, rulebook, writing
from paizhu.casework.models import Matter
from paizhu.engine.entries import Value
from paizhu.engine.rights import Actor, When
from paizhu.kernel.days import MONTHS
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Body
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
    """Give every period of a duty whose matter is to be open by `until`, oldest first.

    The first is the one in which the duty begins.
    """
    months = _MONTHS[duty.cadence]
    first = date(duty.since.year, (duty.since.month - 1) // months * months + 1, 1)
    while True:
        after = _months_on(first, months)
        last = after - timedelta(days=1)
        opens = max(first, _before(last, duty.ahead))
        if opens > until or (duty.until is not None and first > duty.until):
            return
        yield Due(_name(first, months), first, last, opens)
        first = after


def open_due(now: datetime) -> int:
    """Open the matter of every period that has come; give how many. Idempotent.

    Periods that ended before the book began, or before a body did, are nobody's.
    """
    when = writing.moment(now, None)
    began = book.first_day()
    if not rulebook.current().duties or began is None:
        return 0
    there = set(Matter.objects.exclude(source="").values_list("source", flat=True))
    bodies_of = _owing(when.day)
    opened = 0
    for duty in rulebook.current().duties:
        due = [one for one in periods(duty, until=when.day) if one.last >= began]
        for body, since in bodies_of.get(duty.bodies, ()):
            for period in due:
                source = f"duty:{duty.duty}:{body.code}:{period.name}"
                if source not in there and period.last >= since:
                    _open(duty, body, period, source, when)
                    opened += 1
    return opened


def _owing(on: date) -> dict[str, list[tuple[Body, date]]]:
    """Give the bodies of each kind with the day their first tie began. One query."""
    found: dict[str, list[tuple[Body, date]]] = {}
    tied = Body.objects.annotate(first_out=Min("ties_out__since"), first_in=Min("ties_in__since"))
    for body in tied.order_by("code"):
        days = [day for day in (body.first_out, body.first_in) if day is not None]
        if days and min(days) <= on:
            found.setdefault(body.kind, []).append((body, min(days)))
    return found


def _open(duty: Duty, body: Body, period: Due, source: str, when: When) -> None:
    rules = rulebook.current().procedure(duty.procedure, on=when.day)
    action = duty.action or openings.opening_action(rules)
    said = _said(period, _MONTHS[duty.cadence])
    words = {
        "period": period.name,
        "period_zh": said.zh,
        "period_en": said.en,
        "starts": period.first.isoformat(),
        "ends": period.last.isoformat(),
    }
    raw = {name: text.format(**words) for name, text in duty.fills.items()}
    values = forms.read(rules.spec.fields, rules.spec.actions[action].form, raw)
    values = bodies.settled(values, rules, [body.pk], on=when.day)
    system = Actor("system", "", dict.fromkeys(rules.spec.actions[action].by, "system"))
    extra: dict[str, Value] = {"source": source}
    new = openings.Opening(rules, action, system, body.pk, body.code, values, extra, parts={})
    with book.writing() as pen:
        writing.open_matter(pen, new, when)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _before(last: date, ahead: Period) -> date:
    """Give the day a matter is opened; days and months before the end, in plain days."""
    days = {"day": 1, "working_day": 1, "month": 30, "year": 365, "hour": 0}[ahead.unit]
    return last - timedelta(days=ahead.value * days)


def _said(period: Due, months: int) -> Text:
    """Say which period it is, the way people write it."""
    year, number = period.first.year, (period.first.month - 1) // months + 1
    if months == 12:
        return Text(f"{year}年", f"{year}")
    if months == 6:
        return Text(f"{year}年{'上下'[number - 1]}半年", f"half-year {number} of {year}")
    if months == 3:
        return Text(f"{year}年第{'一二三四'[number - 1]}季度", f"quarter {number} of {year}")
    return Text(f"{year}年{number}月", f"{MONTHS[number - 1]} {year}")


def _name(first: date, months: int) -> str:
    if months == 1:
        return f"{first.year}-{first.month:02}"
    if months == 12:
        return str(first.year)
    letter = "Q" if months == 3 else "H"
    return f"{first.year}{letter}{(first.month - 1) // months + 1}"
