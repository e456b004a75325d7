"""The read log as those who audit it look at it: who opened which number when. Never what stood there.

Also the pages of the book that are of no matter: posts, accounts, checkpoints.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from paizhu.ledger import book, chain
from paizhu.ledger.checkpoints import Checkpoint

PAGE = 100
FAR = 100_000


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Somebody opened something."""

    number: int
    at: datetime
    #: `person:17`.
    person: str
    ref: str
    what: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the log is narrowed; what is empty narrows nothing."""

    day: str = ""
    persons: frozenset[str] | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """A part of the log, newest first; `before` leads to the next part, 0 when there is none."""

    rows: tuple[ReadCard, ...]
    before: int


def log(wanted: Wanted, *, before: int = 0) -> Log:
    """Give a part of the read log. One query."""
    conditions, given = ["1 = 1"], list[str | int]()
    if before:
        conditions.append("id < %s")
        given.append(before)
    if wanted.day:
        conditions.append("day = %s")
        given.append(wanted.day)
    if wanted.ref:
        conditions.append("ref = %s")
        given.append(wanted.ref)
    if wanted.persons is not None:
        names = sorted(wanted.persons) or [""]
        conditions.append(f"person IN ({', '.join(['%s'] * len(names))})")
        given += names
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, person, ref, what FROM ledger_readline"
            f" WHERE {' AND '.join(conditions)} ORDER BY id DESC LIMIT {PAGE + 1}",
            given,
        )
        found = cursor.fetchall()
    rows = [
        ReadCard(int(number), datetime.fromisoformat(at), person, ref, what)
        for number, at, person, ref, what in found[:PAGE]
    ]
    return Log(tuple(rows), rows[-1].number if len(found) > PAGE else 0)


def sealed_days(most: int) -> list[tuple[str, int]]:
    """Give the last days whose lines are closed, with how many there were. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT day, lines FROM ledger_readseal ORDER BY day DESC LIMIT {most:d}")
        return [(day, int(lines)) for day, lines in cursor.fetchall()]


def of_installation(kinds: Collection[str], *, most: int) -> list[book.Line]:
    """Give the last pages of these kinds that are of no matter, newest first. One query.

    They are looked for in the last `FAR` pages: a million pages are not read for one screen.
    """
    said = " OR ".join(["header LIKE %s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, digest, header, payload FROM ledger_entry WHERE matter IS NULL"
            f" AND seq > (SELECT seq FROM ledger_head WHERE id = 1) - {FAR} AND ({said})"
            f" ORDER BY seq DESC LIMIT {most:d}",
            [f'%"kind":"{kind}"%' for kind in kinds],
        )
        found = cursor.fetchall()
    return [
        book.Line(int(seq), None, digest, chain.entry(header, payload))
        for seq, digest, header, payload in found
    ]


def checkpoints_kept(most: int) -> list[Checkpoint]:
    """Give the last checkpoints, newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, digest, at, key, signature FROM ledger_checkpoint"
            f" ORDER BY entry DESC LIMIT {most:d}"
        )
        return [Checkpoint(*row) for row in cursor.fetchall()]
