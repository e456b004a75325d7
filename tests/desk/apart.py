"""Twenty-five hand-overs at once, in processes of their own on a database of their own.

Run by its test. The rules are read once; then five processes are forked, each with five threads,
that all wait at one barrier.
"""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import django

django.setup()

from django.conf import settings  # noqa: E402 - only after the settings are read
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from paizhu.casework import rebuilding, rulebook  # noqa: E402
from paizhu.casework.models import Matter  # noqa: E402
from paizhu.kernel.errors import Refused  # noqa: E402
from paizhu.ledger import book  # noqa: E402
from paizhu.ledger.verify import verify  # noqa: E402
from tests.desk import together  # noqa: E402
from tests.world import World, sign, take  # noqa: E402

PROCESSES, THREADS = 5, 5
ALL = PROCESSES * THREADS
_fork = multiprocessing.get_context("fork")
#: Filled before the fork, read after it.
_world: list[World] = []
_start = _fork.Barrier(ALL)


def send(number: int) -> list[str]:
    """Draft, offer and sign one."""
    world = _world[0]
    ref = together.transfer(world, subject_matter=f"移交第{number}件")
    take(world, "WJ_keeper", ref, "offer", recipient="SJJ")
    sign(world, "WJ_head", ref)
    return [ref]


def receive(number: int) -> list[str]:
    """Try to accept five; each is tried by five at once, and one of them does."""
    accepted = []
    for ref in sorted(Matter.objects.values_list("ref", flat=True))[number % THREADS :: THREADS]:
        try:
            take(_world[0], "SJJ_partner_contact", ref, "accept")
            accepted.append(ref)
        except Refused:
            continue
    return accepted


def _waiting(does: Callable[[int], list[str]], number: int) -> list[str]:
    _start.wait()
    try:
        return does(number)
    finally:
        connections.close_all()


def _crowd(does: Callable[[int], list[str]], process: int) -> list[str]:
    numbers = range(process * THREADS, (process + 1) * THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(_waiting, [does] * THREADS, numbers)
        return [ref for some in found for ref in some]


def at_once(does: Callable[[int], list[str]]) -> list[str]:
    """Let all twenty-five go at once; give every ref each of them says it dealt with."""
    connections.close_all()
    with _fork.Pool(PROCESSES) as pool:
        said = [pool.apply_async(_crowd, (does, process)) for process in range(PROCESSES)]
        return [ref for one in said for ref in one.get(timeout=200)]


def main() -> None:
    """Send, receive, and say what stands in the book and in the rows."""
    settings.PAIZHU_PACKS = [together.PACK]
    call_command("migrate", verbosity=0, skip_checks=True)
    _world.append(together.whole_world(date(2026, 3, 2)))
    rulebook.current()
    sent, accepted = at_once(send), at_once(receive)
    refs = sorted(Matter.objects.values_list("ref", flat=True))
    firsts = [book.entries_of(ref)[0].payload or {} for ref in refs]
    enacted = [e.action for ref in refs for e in book.entries_of(ref) if e.kind == "enacted"]
    found = {
        "sent": sorted(sent),
        "accepted": sorted(accepted),
        "refs": refs,
        "subjects": sorted(str(dict(first["values"])["subject_matter"]) for first in firsts),
        "enacted": Counter(enacted),
        "stages": Counter(Matter.objects.values_list("stage", flat=True)),
        "differences": len(rebuilding.check().differences),
        "findings": len(verify().findings),
    }
    print(json.dumps(found))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
