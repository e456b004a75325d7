"""Run by tests as a process of its own, on a new database of its own: `python -m … WHAT`.

Where many processes are wanted they are forked from it, each with a connection of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - only after the settings are read
from django.db import connection, connections  # noqa: E402
from django.db.backends.utils import CursorWrapper  # noqa: E402

from paizhu.kernel.errors import Conflict  # noqa: E402
from paizhu.ledger import book, ranges  # noqa: E402
from paizhu.ledger.verify import verify  # noqa: E402
from paizhu.ledger.walk import Walk  # noqa: E402
from tests.plugins.owner import guards_off  # noqa: E402
from tests.unit.ledger import books  # noqa: E402

BEFORE_DEATH = 3
PROCESSES = 4
_fork = multiprocessing.get_context("fork")


def say(**values: object) -> None:
    print(json.dumps(values), flush=True)  # noqa: T201 - this is how it answers


def prepare() -> None:
    """Make the tables and keep the rules."""
    call_command("migrate", "ledger", verbosity=0, skip_checks=True)
    books.keep_rules()


def guards() -> None:
    """Take the guards off by migration, change something, and put them on again."""
    books.put("A", 1)
    call_command("migrate", "ledger", "0001", verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET version = 1 WHERE seq = 1")
    call_command("migrate", "ledger", verbosity=0, skip_checks=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_entry SET version = 1 WHERE seq = 1")
    except django.db.IntegrityError as error:
        say(refused=str(error))


def forked(does: Callable[[], None]) -> tuple[int, list[dict[str, Any]]]:
    """Do something in a child; give how it ended, a signal as a negative number, and what it said."""
    connections.close_all()
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        os.dup2(writable, sys.stdout.fileno())
        try:
            does()
        except BaseException:  # noqa: BLE001 - a child must not go on as its parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(writable)
    with open(readable, encoding="utf-8") as said:
        lines = [json.loads(line) for line in said]
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), lines


def together(does: Callable[..., None], *given: Any) -> list[int]:
    """Let several processes do something at the same time, each with its number; give their ends."""
    connections.close_all()
    processes = [_fork.Process(target=does, args=(n, *given)) for n in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [int(process.exitcode or 0) for process in processes]


def writers() -> None:
    """Append from several processes; each says what it stored, then it is said what stands."""
    say(ended=together(_write))
    check()


def _write(number: int, count: int = 750) -> None:
    """Append to a matter of one's own and, now and then, to one that all write to."""
    stored, conflicts, shared = 0, 0, len(book.entries_of("shared"))
    for version in range(1, count + 1):
        now = datetime.now(UTC)
        with book.writing() as pen:
            pen.append(f"M-{number}", books.entry(version, now))
        stored += 1
        if version % 25 == 0:
            try:
                with book.writing() as pen:
                    pen.append("shared", books.entry(shared + 1, datetime.now(UTC)))
                stored += 1
            except Conflict:
                conflicts += 1
            shared = len(book.entries_of("shared"))
    say(stored=stored, conflicts=conflicts)


def firsts() -> None:
    """Let several write the first page of the book at once."""
    say(ended=together(_first, _fork.Barrier(PROCESSES)))
    check()


def _first(number: int, start: Any) -> None:
    connection.ensure_connection()
    start.wait(60)
    with book.writing() as pen:
        pen.append(f"M-{number}", books.entry(1))


class Dying:
    """Counts what goes to the database and kills this process before or after the chosen one."""

    def __init__(self, point: int) -> None:
        self.point, self.count, self.armed = point, 0, False

    def step(self) -> None:
        if self.armed:
            if self.count == self.point:
                os.kill(os.getpid(), signal.SIGKILL)
            self.count += 1

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = call(*arguments, **named)
            self.step()
            return result

        return counted


def killed() -> None:
    """Kill an append at each of its points in turn, and say each time what is left."""
    point, ended = 0, -signal.SIGKILL
    while ended == -signal.SIGKILL:
        at = point
        ended, said = forked(lambda at=at: _append_and_die(at))  # type: ignore[misc]
        _, (left,) = forked(check)
        say(point=point, ended=ended, acknowledged=[line["acknowledged"] for line in said], **left)
        point += 1


def _append_and_die(point: int) -> None:
    """Append until killed at one point of an append; say each page once it is acknowledged."""
    dying = Dying(point)
    CursorWrapper.execute = dying.around(CursorWrapper.execute)  # type: ignore[method-assign]
    connection._commit = dying.around(connection._commit)  # type: ignore[method-assign]
    start = len(book.entries_of("A"))
    for version in range(start + 1, start + 2 + BEFORE_DEATH):
        dying.armed = version == start + 1 + BEFORE_DEATH
        with book.writing() as pen:
            page = pen.append("A", books.entry(version, datetime.now(UTC)))
            pen.append("B", books.entry(version, datetime.now(UTC)))
        say(acknowledged=page.seq + 1)


def check() -> None:
    """Say whether the book holds and where it ends."""
    report = verify()
    versions = [[e.version for e in book.entries_of(ref)] for ref in ("A", "B")]
    say(
        findings=[f.say.en for f in report.findings],
        pages=report.pages,
        same=versions[0] == versions[1],
    )


def halves() -> None:
    """Say what one process and what two find in a book that is whole, then changed page by page."""
    joined = []
    joins = ranges.Second.joins

    def watched(second: ranges.Second, walk: Walk) -> bool:
        joined.append(joins(second, walk))
        return joined[-1]

    ranges.Second.joins = watched  # type: ignore[method-assign]
    versions: Counter[str] = Counter()
    for number in range(60):
        # The last of seven matters ends in the first half.
        matter = f"M-{number % (7 if number < 28 else 6)}"
        versions[matter] += 1
        books.put(matter, versions[matter], books.START + timedelta(minutes=number))
    with connection.cursor() as cursor, guards_off(connection):
        for change in (None, *CHANGES):
            if change:
                cursor.execute(change)
            ranges.WORTH = 1_000
            alone = verify()
            ranges.WORTH = 10
            say(same=verify() == alone, good=alone.is_good, joined=joined.pop())


#: The last page of the first half is 31. A later change stands on those before it.
CHANGES = (
    "UPDATE ledger_entry SET payload = '{}' WHERE seq = 5",
    "UPDATE ledger_entry SET version = 40 WHERE seq = 7",
    "UPDATE ledger_entry SET version = 40 WHERE seq = 20",
    "UPDATE ledger_entry SET payload = '{}' WHERE seq = 50",
    "DELETE FROM ledger_entry WHERE seq = 60",
    "DELETE FROM ledger_entry WHERE seq = 32",
    "UPDATE ledger_entry SET header = 'none' WHERE seq = 31",
)


if __name__ == "__main__":
    prepare()
    {"guards": guards, "halves": halves, "killed": killed, "writers": writers,
     "firsts": firsts}[sys.argv[1]]()  # fmt: skip
