"""Fill an empty installation with very many matters, for measurements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from paizhu.casework import rulebook, ticking
from paizhu.demo.bulk import cast, copies, patterns
from paizhu.demo.hours import Hours
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book

#: Copies of one pattern; fewer than so many matters are fewer patterns.
COPIES = 200
FIRST_DAY = date(2019, 1, 2)

NOT_EMPTY = Text(
    "此处已有台账，不能再填充测试数据。请用 --data 或 --database-url 另指一个空的位置。",
    "There is a ledger here already; nothing is filled in on top of it. Name an empty place with"
    " --data or --database-url.",
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made."""

    matters: int
    pages: int
    rows: int
    patterns: int
    accounts: int


def seed(
    *, matters: int, teams: int, now: datetime, password: str, progress: copies.Progress
) -> Seeded:
    """Play patterns and copy them. Not safe against a crash: a half-filled place is thrown away."""
    if book.last().seq:
        raise NotAllowed(NOT_EMPTY)
    _hurry()
    zone = ZoneInfo(settings.TIME_ZONE)
    known = rulebook.current()
    hours = Hours(next(iter(known.calendars.values())), zone)
    start = hours.at(FIRST_DAY, 6)
    rulebook.publish(start)
    casts = cast.make(teams, since=FIRST_DAY, now=start, password=password)
    played = _played(casts, hours, max(1, matters // COPIES), now.astimezone(zone))
    for digest in {one.rules.digest: one.rules for one in played}.values():
        rulebook.keep(digest)
    written = copies.write(played, matters=matters, progress=progress)
    _take_time()
    ticking.tick(now)
    accounts = 1 + len(cast.IN_TEAM) * teams
    return Seeded(written.matters, written.pages, written.rows, len(played), accounts)


def _played(
    casts: list[cast.Cast], hours: Hours, count: int, until: datetime
) -> list[patterns.Pattern]:
    """Play patterns on working days spread evenly from the first day to today."""
    days = (until.date() - FIRST_DAY).days
    found = []
    for number in range(count):
        dice = Random(f"bulk/{number}")
        day = date.fromordinal(FIRST_DAY.toordinal() + 1 + number * (days - 2) // max(1, count))
        opened = day
        while not hours.calendar.is_working_day(opened):  # back, for what is ahead is not yet
            opened -= timedelta(days=1)
        team = casts[number % len(casts)]
        found.append(patterns.play(team, hours, opened, until=until, dice=dice))
    return found


def _hurry() -> None:
    """What is cut off is thrown away, so nothing need reach the disk before the end."""
    _tell_sqlite("PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000")


def _take_time() -> None:
    _tell_sqlite("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA synchronous=FULL")


def _tell_sqlite(*words: str) -> None:
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            for word in words:
                cursor.execute(word)
