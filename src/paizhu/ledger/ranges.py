"""Read the book in ranges, so that a second process can take the later one: `python -m … .ranges`.

The second starts from what the tables claim of the page before its range, without waiting for the
first to get there. When the first does, the claim is held against what it found: only then do the
two halves make one walk. A range that does not hold, a claim that differs, a process that fails:
the first reads those pages itself, and looks closely. So there is one way a fault is found and named.
"""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from paizhu.ledger import chain, quick
from paizhu.ledger.walk import Row, Walk

#: Asked for at once: a statement must not stay open longer than writers bear.
CHUNK = 5000
#: Looked at together: few enough to stay in the cache of the processor.
PART = 200
#: Fewer pages are read before a second process has started.
WORTH = 40_000
#: The first process reads so much; starting costs the second the rest.
FIRST_SHARE = 0.53
#: What is hashed is asked for as bytes: it need not be made into text and back again.
_BYTES = {"sqlite": "CAST({} AS BLOB)", "postgresql": "convert_to({}, 'UTF8')"}
#: What psycopg is told of where the tables are; the rest is Django's.
_PLACE = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "sslcert",
          "sslkey", "options", "service", "passfile")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """The pages after `after`, up to and with `until`, in the tables of `place`."""

    vendor: str
    place: dict[str, Any]
    after: int
    until: int


@dataclass(frozen=True, slots=True)
class Second:
    """A process reading the later range."""

    process: subprocess.Popen[bytes]
    begins: int

    def joins(self, walk: Walk) -> bool:
        """Wait, and take in what it read if it started where the walk is now."""
        answer, _ = self.process.communicate()
        read = pickle.loads(answer) if self.process.returncode == 0 else None
        if read is None:
            return False
        claimed, later = read
        if claimed != (walk.seq, walk.digest, walk.at, walk.versions):
            return False
        _take_in(walk, later)
        return True

    def leave(self) -> None:
        """End it, if it still reads."""
        with self.process:  # waits, and closes what it answered by
            self.process.kill()


def second(vendor: str, place: dict[str, Any], pages: int) -> Second | None:
    """Start a process for the later part of a book of so many pages; none where it is not worth it.

    Tables in memory are this process's alone.
    """
    if pages < WORTH or (vendor == "sqlite" and "memory" in str(place["database"])):
        return None
    told = place if vendor == "sqlite" else {key: place[key] for key in _PLACE if key in place}
    begins = int(pages * FIRST_SHARE)
    asked = Range(vendor, {key: str(value) for key, value in told.items()}, begins, pages)
    command = [sys.executable, "-m", "paizhu.ledger.ranges"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    with process.stdin as pipe:
        pickle.dump(asked, pipe)
    process.stdin = None
    return Second(process, begins)


def parts(cursor: Any, vendor: str, after: int, until: int | None = None) -> Iterator[list[Row]]:
    """Give the pages after one, some at a time, as far as one statement may go."""
    as_bytes = _BYTES[vendor].format
    content = as_bytes("salt || '\n' || payload")
    end = "" if until is None else f" AND seq <= {until:d}"
    cursor.execute(
        f"SELECT seq, {as_bytes('matter')}, version, {as_bytes('header')}, {content}, "
        f"prev, payload_digest, digest FROM ledger_entry WHERE seq > {after:d}{end} "
        f"ORDER BY seq LIMIT {CHUNK}"
    )
    while rows := cursor.fetchmany(PART):
        yield rows


def _take_in(walk: Walk, later: Walk) -> None:
    walk.seq, walk.digest, walk.at = later.seq, later.digest, later.at
    walk.versions = later.versions
    walk.rules = {**later.rules, **walk.rules}
    walk.empty.update(later.empty)
    walk.remembered.update(later.remembered)


# --- the second process -------------------------------------------------------------------------


def _read(asked: Range) -> tuple[tuple[Any, ...], Walk] | None:
    """Read a range from what the tables claim before it; nothing if it does not hold."""
    with _connection(asked) as connection:
        cursor = connection.cursor()
        walk = _claimed(cursor, asked)
        if walk is None:
            return None
        claimed = walk.seq, walk.digest, walk.at, dict(walk.versions)
        for after in range(asked.after, asked.until, CHUNK):
            for rows in parts(cursor, asked.vendor, after, asked.until):
                if not quick.all_hold(walk, rows):
                    return None
        return (claimed, walk) if walk.seq == asked.until else None


def _claimed(cursor: Any, asked: Range) -> Walk | None:
    as_bytes = _BYTES[asked.vendor].format
    cursor.execute(f"SELECT digest, header FROM ledger_entry WHERE seq = {asked.after:d}")
    row = cursor.fetchone()
    header = chain.read_header(row[1]) if row else None
    if header is None:
        return None
    cursor.execute(
        f"SELECT {as_bytes('matter')}, MAX(version) FROM ledger_entry "
        f"WHERE seq <= {asked.after:d} AND matter IS NOT NULL GROUP BY matter"
    )
    return Walk(seq=asked.after, digest=row[0], at=header.at, versions=dict(cursor.fetchall()))


def _connection(asked: Range) -> Any:
    if asked.vendor == "sqlite":
        return sqlite3.connect(f"file:{asked.place['database']}?mode=ro", uri=True)
    import psycopg  # only where the tables are there: the command starts without it

    return psycopg.connect(**asked.place, autocommit=True)


if __name__ == "__main__":
    # What is read came from, and goes to, the process that started this one.
    sys.stdout.buffer.write(pickle.dumps(_read(pickle.load(sys.stdin.buffer))))
