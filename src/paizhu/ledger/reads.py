"""Who read what: lines appended without a lock, and closed day by day into the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from paizhu.engine.entries import Entry
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.ledger import book, chain

#: A line is written in the request that reads; after this no request of that day is still open.
GRACE = timedelta(minutes=15)
_LINES = (
    "SELECT id, CAST(at AS TEXT), CAST(person AS TEXT), CAST(ref AS TEXT), CAST(what AS TEXT) "
    "FROM ledger_readline WHERE day = %s AND id > %s"
)


def record(*, person: str, ref: str, what: str, at: datetime) -> None:
    """Note that a person read something sensitive; the line can never be changed."""
    moment = timezone.localtime(at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_readline (at, day, person, ref, what) VALUES (%s, %s, %s, %s, %s)",
            (chain.moment_text(moment), moment.date().isoformat(), person, ref, what),
        )


def seal(day: date, *, now: datetime) -> book.Line | None:
    """Close a day: one page says how many lines it has and their digest. Nothing if it is closed.

    Raise Invalid while the day may still grow.
    """
    local = timezone.localtime(now)
    if (local - GRACE).date() <= day:
        raise Invalid(
            Text(
                f"{day} 尚未结束,阅读记录暂不能封存。请于次日零时十五分之后再试。",
                f"{day} is not over, so its read lines cannot be sealed. Try again after a quarter "
                "past midnight.",
            )
        )
    with book.writing() as pen:
        if _is_sealed(day):
            return None
        lines, name = of_day(day.isoformat(), pen.hash_name)
        entry = Entry(
            kind="reads_sealed",
            person="system",
            post="system",
            at=local,
            day=day,
            rules="",
            payload={"day": day.isoformat(), "lines": lines, "digest": name},
        )
        page = pen.append(None, entry)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_readseal (day, entry, lines, digest) VALUES (%s, %s, %s, %s)",
                (day.isoformat(), page.seq, lines, name),
            )
    return page


def seal_finished(*, now: datetime) -> list[book.Line]:
    """Close every day that is over, has lines and is still open."""
    today = (timezone.localtime(now) - GRACE).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT day FROM ledger_readline WHERE day < %s "
            "AND day NOT IN (SELECT day FROM ledger_readseal) ORDER BY day",
            (today.isoformat(),),
        )
        days = [date.fromisoformat(row[0]) for row in cursor.fetchall()]
    return [page for day in days if (page := seal(day, now=now)) is not None]


def of_day(day: str, hash_name: str) -> tuple[int, str]:
    """Count the lines of a day and give the digest over all of them, in the order written."""
    parts = [canonical(list(line)) for line in _of_day(day)]
    return len(parts), digest(b"\n".join(parts), hash_name)


def _of_day(day: str) -> Iterator[tuple[int, str, str, str, str]]:
    """Read the lines of a day a part at a time."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{_LINES} ORDER BY id LIMIT {book.CHUNK}", (day, after))
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < book.CHUNK:
            return
        after = rows[-1][0]


def _is_sealed(day: date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM ledger_readseal WHERE day = %s", (day.isoformat(),))
        return cursor.fetchone() is not None
