"""What the chain costs: durable append and verification against raw SQLite, and one proof.

The raw side is the least a chain in SQLite can be: a table of a record of some 250 bytes, the digest
before and its own, written with WAL and FULL sync one row a transaction, and read back in one loop
that computes one hash a row. Ours computes three, reads nine columns and compares all of them; a
large book it reads with two processes, as `paizhu verify` does.

Both are timed by the wall: appends wait for the disk, and what a second process gains shows only
there. What one process verifies is printed beside, timed by the processor.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from paizhu.engine.entries import Entry
from paizhu.kernel.digest import digest
from paizhu.ledger import book, checkpoints, excerpt, ranges, texts
from paizhu.ledger.verify import verify
from paizhu.paperwork import dossier

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
RULES = b"{}"
RULES_NAME = digest(RULES)
ROUNDS, APPENDS, PAGES, A_MATTER = 5, 400, 200_000, 13
APPEND_FLOOR, VERIFY_FLOOR = 0.5, 200_000 / 700_000
PAYLOAD = {"values": {"summary": "反映某科室采购问题线索一件", "received": "2025-03-01"}}


def entry(version: int, minutes: int = 0) -> Entry:
    return Entry(
        kind="enacted", person="person:17", name="张三", post="head@body:1",
        at=START + timedelta(minutes=minutes), day=START.date(), rules=RULES_NAME,
        action="hand_over", stage="opened", payload=PAYLOAD, version=version,
    )  # fmt: skip


def rate(
    count: int, act: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> float:
    began = clock()
    act()
    return count / (clock() - began)


def raw_book(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "raw.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE raw (seq INTEGER PRIMARY KEY, record TEXT, prev TEXT, digest TEXT)"
    )
    return connection


def raw_line(seq: int, prev: str) -> tuple[int, str, str, str]:
    record = json.dumps({"seq": seq, "at": START.isoformat(), "who": "person:17", **PAYLOAD})
    return seq, record, prev, hashlib.sha256(f"{prev}{record}".encode()).hexdigest()


def raw_append(connection: sqlite3.Connection, count: int) -> None:
    for _ in range(count):
        connection.execute("BEGIN IMMEDIATE")
        row = connection.execute("SELECT seq, digest FROM raw ORDER BY seq DESC LIMIT 1").fetchone()
        seq, prev = row or (0, "")
        connection.execute("INSERT INTO raw VALUES (?, ?, ?, ?)", raw_line(seq + 1, prev))
        connection.execute("COMMIT")


def raw_fill(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM raw")
    prev = ""
    for seq in range(1, PAGES + 1):
        line = raw_line(seq, prev)
        connection.execute("INSERT INTO raw VALUES (?, ?, ?, ?)", line)
        prev = line[-1]
    connection.execute("COMMIT")


def raw_verify(connection: sqlite3.Connection) -> None:
    last = ""
    for record, prev, said in connection.execute(
        "SELECT record, prev, digest FROM raw ORDER BY seq"
    ):
        assert prev == last
        last = hashlib.sha256(f"{prev}{record}".encode()).hexdigest()
        assert last == said


def append(count: int, name: str) -> None:
    for number in range(count):
        with book.writing() as pen:
            pen.append(f"{name}-{number}", entry(1))


def fill() -> None:
    for start in range(0, PAGES, 20_000):
        with book.writing() as pen:
            for number in range(start, start + 20_000):
                version = number % A_MATTER + 1
                pen.append(f"XS-WJ-2025-{number // A_MATTER:06}", entry(version))


def compare(ours: Callable[[int], float], raw: Callable[[], float], words: str) -> dict[str, float]:
    """Take turns, so that a busy minute of the machine falls on both; give the middle ratio."""
    pairs = [(ours(number), raw()) for number in range(ROUNDS)]
    ratios = sorted(one / other for one, other in pairs)
    return {
        f"{words} a second, ours": statistics.median(one for one, _ in pairs),
        f"{words} a second, raw SQLite": statistics.median(other for _, other in pairs),
        "ratio, middle round": statistics.median(ratios),
        "ratio, worst round": ratios[0],
    }


def one_process() -> float:
    """Give how many pages a second one process verifies."""
    worth, ranges.WORTH = ranges.WORTH, book.last().seq + 1
    best = max(rate(book.last().seq, verify, time.process_time) for _ in range(3))
    ranges.WORTH = worth
    return best


def prove() -> dict[str, float]:
    """Time one dossier near the end of the book, its parts and its check by the script alone."""
    keys = settings.PAIZHU_DATA / "keys"
    ref = f"XS-WJ-2025-{PAGES // A_MATTER - 4:06}"
    now = START + timedelta(days=1)
    checkpoint = checkpoints.sign(now, keys=keys)
    out = settings.PAIZHU_DATA / "dossier"
    figures = {
        "excerpt of one matter, ms": 1000
        / rate(1, lambda: excerpt.excerpt(ref, until=checkpoint.seq)),
        "dossier written, ms": 1000
        / rate(
            1, lambda: dossier.write(ref, out, entries=book.entries_of(ref), now=now, keys=keys)
        ),
    }
    command = [sys.executable, "-I", "-S", str(out / "verify.py")]
    figures["dossier checked by its own script, ms"] = 1000 / rate(
        1, lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    )
    return figures


def run() -> dict[str, object]:
    """Measure on an empty data folder."""
    call_command("migrate", "ledger", verbosity=0, skip_checks=True)
    texts.keep([texts.Kept(RULES_NAME, "manifest", "benchmark", RULES)])
    raw = raw_book(settings.PAIZHU_DATA)
    appended = compare(
        lambda number: rate(APPENDS, lambda: append(APPENDS, f"A{number}")),
        lambda: rate(APPENDS, lambda: raw_append(raw, APPENDS)),
        "durable appends",
    )
    fill()
    raw_fill(raw)
    assert verify().findings == ()
    checked = compare(
        lambda _: rate(book.last().seq, verify),
        lambda: rate(PAGES, lambda: raw_verify(raw)),
        "pages verified",
    )
    checked["one process by the processor, a second"] = one_process()
    misses = [
        f"{what}: {ratio:.2f} of raw SQLite, at least {floor:.2f} was promised"
        for what, ratio, floor in (
            ("durable append", appended["ratio, middle round"], APPEND_FLOOR),
            ("verify", checked["ratio, middle round"], VERIFY_FLOOR),
        )
        if ratio < floor
    ]
    return {"append": appended, "verify": checked, "proof": prove(), "misses": misses}


if __name__ == "__main__":
    from benchmarks.__main__ import run_apart, show

    figures = run_apart("ledger")
    show(figures)
    print(json.dumps(figures))
