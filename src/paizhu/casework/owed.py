"""Recurring duties as one reader meets them: what the bodies of their posts owe, and its matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from paizhu.casework import access, duties, rulebook
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import Duty


@dataclass(frozen=True, slots=True)
class DutyCard:
    """One duty of one body, in the period that is open or comes next."""

    duty: str
    title: Text
    basis: str
    procedure: str
    cadence: str
    body: str
    body_name: Text
    period: str
    first_date: date
    last_date: date
    #: The day its matter is opened.
    opens_date: date
    #: Its matter, where there is one and the reader may know of it.
    ref: str


def owed(who: Who, *, on: date) -> tuple[DutyCard, ...]:
    """Give what the bodies in which somebody holds a post owe, by day. One query."""
    found = list(_owed(who, on=on))
    sources = {_source(card): card for card in found}
    known = access.visible_to(who).filter(source__in=sorted(sources))
    refs = dict(known.values_list("source", "ref"))
    cards = [replace(card, ref=refs.get(source, "")) for source, card in sources.items()]
    return tuple(sorted(cards, key=lambda card: (card.last_date, card.duty, card.body)))


def _owed(who: Who, *, on: date) -> Iterator[DutyCard]:
    bodies = {post.body_code: post for post in who.posts}
    for duty in rulebook.current().duties:
        period = _current(duty, on=on)
        for code, post in bodies.items():
            if period is not None and post.body_kind == duty.bodies:
                yield DutyCard(
                    duty.duty,
                    duty.title,
                    duty.basis,
                    duty.procedure,
                    duty.cadence,
                    code,
                    post.body_name,
                    period.name,
                    period.first,
                    period.last,
                    period.opens,
                    "",
                )


def _current(duty: Duty, *, on: date) -> duties.Due | None:
    """Give the period whose matter was opened last; before the first, that first one."""
    ahead = date(duty.since.year + 2, 12, 31)
    opened = list(duties.periods(duty, until=on))
    return opened[-1] if opened else next(duties.periods(duty, until=ahead), None)


def _source(card: DutyCard) -> str:
    return f"duty:{card.duty}:{card.body}:{card.period}"
