"""Due days as a calendar (RFC 5545): number of the matter, kind of time limit, day. Nothing else.

What somebody may know of is asked anew at each fetch; what they may no longer know of is gone.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from icalendar import Calendar, Event

from paizhu.casework import access, rulebook
from paizhu.casework.models import ClockRow, Seat, Waiting
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

MOST = 500
#: A late day stays in view so long.
BEHIND = timedelta(days=60)
AHEAD = timedelta(days=400)
NAME = Text("派驻监督：到期日", "Paizhu: due days")
PROVISIONAL = Text(
    "（暂定：该年度节假日安排尚未公布）", " (provisional: the days off are not published yet)"
)


def due_days(who: Who, *, lang: str, now: datetime, on: date) -> bytes:
    """Give the running time limits of what is somebody's to do, as an iCalendar file. One query."""
    made = Calendar()
    made.add("prodid", "-//Paizhu//due days//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", NAME.say(lang))
    made.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for row in _rows(who, on=on):
        made.add_component(_event(row, lang=lang, now=now))
    return bytes(made.to_ical())


def _rows(who: Who, *, on: date) -> Iterable[ClockRow]:
    """Give clocks of matters that wait for somebody, or that they hold a seat in."""
    waiting = Waiting.objects.filter(principal__in=sorted(who.principals)).values("matter_id")
    seats = Seat.objects.filter(person_id=who.person).values("matter_id")
    rows = ClockRow.objects.filter(
        access.may_know(who, "matter_id", one_by_one=access.knows_many(who)),
        Q(matter_id__in=waiting) | Q(matter_id__in=seats),
        stopped_date__isnull=True,
        due_date__range=(on - BEHIND, on + AHEAD),
    )
    return rows.select_related("matter").order_by("due_date", "pk")[:MOST]


def _event(row: ClockRow, *, lang: str, now: datetime) -> Event:
    clock = rulebook.rules_of(row.matter.rules).spec.clocks[row.clock]
    kind = clock.title.say(lang)
    said = f"{row.matter.ref} {kind}"
    event = Event()
    event.add("uid", _uid(row))
    event.add("dtstamp", now)
    event.add("dtstart", row.due_date)
    event.add("summary", said + PROVISIONAL.say(lang) if row.is_provisional else said)
    event.add("status", "TENTATIVE" if row.is_provisional else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event


def _uid(row: ClockRow) -> str:
    """Name a run of a clock the same each time, and say nothing by it."""
    of = f"due:{row.matter_id}:{row.clock}:{row.run}"
    name = hmac.new(settings.SECRET_KEY.encode(), of.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{name}@paizhu"
