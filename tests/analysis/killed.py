"""Run by a test as a process of its own: import, and be killed at a given point; then look.

Usage: python -m tests.analysis.killed FOLDER
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

#: Points at which the process dies: while rows are checked, while they are read, when the file is
#: complete but not in its place, and when it is in its place but not registered.
POINTS = ("check", "read", "store", "register")


def main(folder: Path) -> None:
    """Import the book in FOLDER once for each point, killed there, then once to the end."""
    os.environ["PAIZHU_DATA"] = str(folder / "data")
    os.environ["DJANGO_SETTINGS_MODULE"] = "paizhu.project.settings"
    os.environ.pop("PAIZHU_DATABASE_URL", None)
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from paizhu.analysis import store
    from paizhu.analysis.catalog import tables
    from paizhu.analysis.models import Load
    from tests.analysis.conftest import NOW, make_source, make_world

    call_command("migrate", verbosity=0)
    world = make_world()
    source = make_source(world)
    seen = {}
    for point in POINTS:
        connection.close()
        child = os.fork()
        if child == 0:
            run_until(point, folder / "book.csv", world.officer)
            os._exit(0)
        status = os.waitpid(child, 0)[1]
        with store.connect([source], tables=tables().values(), on=NOW.date()) as rows:
            visible = rows.execute("SELECT count(*) FROM purchases").fetchone()
        seen[point] = [os.WTERMSIG(status), Load.objects.count(), visible[0] if visible else None]
    report = run_until("", folder / "book.csv", world.officer)
    standing = set(Load.objects.values_list("stored_as", flat=True))
    store.sweep(standing, before=datetime.now(UTC) + timedelta(minutes=1))
    left = sorted(p.name for p in store.folder().rglob("*") if p.is_file())
    parts = sorted(p.name for p in store.folder().glob(".parts/*"))
    seen["end"] = [report.outcome, report.kept, len(left), parts]
    sys.stdout.write(json.dumps(seen))


def run_until(point: str, book: Path, actor: object) -> object:
    """Import the book and die at the point; without a point, go through."""
    from paizhu.analysis import importing
    from tests.analysis.conftest import NOW

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if point == "register":
        importing.Load.objects.create = die
    return importing.import_file(
        "purchases", book, source="wj-purchases", actor=actor, now=NOW,
        progress=lambda step, _: die() if step == point else None,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
