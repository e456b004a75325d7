"""The door in processes of their own, on a database of their own: `python -m … WHAT [NUMBER]`."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - only after the settings are read
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from paizhu.casework import desk, rebuilding, rulebook  # noqa: E402
from paizhu.casework.models import Matter  # noqa: E402
from paizhu.kernel.errors import Conflict  # noqa: E402
from paizhu.ledger import book  # noqa: E402
from paizhu.ledger.verify import verify  # noqa: E402
from tests import world as worlds  # noqa: E402

PROCESSES = 4
_world: list[worlds.World] = []


def note(ref: str, version: int, text: str = "x") -> int:
    world = _world[0]
    return desk.note(
        actor=world.who("head"), ref=ref, text=text, version=version, now=world.now()
    ).version


def dispose(ref: str, version: int) -> int:
    world = _world[0]
    return desk.act(
        actor=world.who("one"), ref=ref, action="dispose",
        raw={"disposal": "hold", "reasons": "x"}, version=version, now=world.now(),
    ).version  # fmt: skip


def state_of_things() -> dict[str, Any]:
    return {
        "differences": len(rebuilding.check().differences),
        "findings": len(verify().findings),
    }


def forked(does: Callable[[], None]) -> int:
    """Do something in a child; give how it ended: 0, or the signal that killed it."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        does()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed() -> list[dict[str, Any]]:
    """Kill a step at each of its statements, the commit among them, and look what is left."""
    found = []
    for point in range(1, 40):
        ref = worlds.inquiry(_world[0], "triage").ref
        version = Matter.objects.get(ref=ref).version

        def step(point: int = point, ref: str = ref, version: int = version) -> None:
            left = point

            def die(execute: Any, sql: str, *given: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(sql, *given)

            with connection.execute_wrapper(die):
                dispose(ref, version)

        ended = forked(step)
        versions = [entry.version for entry in book.entries_of(ref)]
        found.append(
            {"point": point, "ended": ended, "written": versions[-1] > version,
             "row": Matter.objects.get(ref=ref).version == versions[-1], **state_of_things()}
        )  # fmt: skip
        if ended == 0:  # it has no more statements than that
            break
    return found


def both(_: int = 0) -> dict[str, Any]:
    """Two people act on what both saw, as often as there are matters."""
    world = _world[0]
    refs = [worlds.inquiry(world, "triage").ref for _ in range(20)]
    versions = dict(Matter.objects.values_list("ref", "version"))

    def attempt(given: tuple[str, str]) -> str:
        name, ref = given
        try:
            desk.note(
                actor=world.who(name), ref=ref, text=name, version=versions[ref], now=world.now()
            )
        except Conflict:
            return "conflict"
        finally:
            connections.close_all()
        return "stored"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(attempt, [(name, ref) for ref in refs for name in ("head", "one")]))
    pairs = [sorted(said[i : i + 2]) for i in range(0, len(said), 2)]
    notes = [sum(e.kind == "noted" for e in book.entries_of(ref)) for ref in refs]
    return {"pairs": pairs, "notes": notes, **state_of_things()}


def _write(given: tuple[int, int]) -> list[str]:
    process, count = given
    ref = worlds.inquiry(_world[0], "triage").ref
    version = Matter.objects.get(ref=ref).version
    errors = []
    for number in range(count):
        try:
            version = note(ref, version, f"{process}.{number}")
        except Exception as error:  # noqa: BLE001 - every error is what is counted
            errors.append(repr(error))
    connections.close_all()
    return errors


def crowd(count: int) -> dict[str, Any]:
    """Let four processes write steps, each on a matter of its own and all in one book."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        errors = pool.map(_write, [(process, count // PROCESSES) for process in range(PROCESSES)])
    refs = list(Matter.objects.values_list("ref", flat=True))
    notes = sum(e.kind == "noted" for ref in refs for e in book.entries_of(ref))
    return {"errors": [one for some in errors for one in some], "notes": notes,
            **state_of_things()}  # fmt: skip


def main(what: str, *numbers: str) -> None:
    settings.PAIZHU_PACKS = worlds.PACKS
    call_command("migrate", verbosity=0, skip_checks=True)
    _world.append(worlds.small_world())
    rulebook.current()
    does: dict[str, Callable[..., Any]] = {"killed": killed, "both": both, "crowd": crowd}
    print(json.dumps(does[what](*map(int, numbers))))  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main(*sys.argv[1:])
