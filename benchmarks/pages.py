"""Every page of the workspace over very many matters, for each kind of reader: processor time and queries.

Places as for `lists`: PAIZHU_BENCH_MATTERS, PAIZHU_BENCH_SQLITE, PAIZHU_BENCH_POSTGRES. What counts
is the processor time of a warm request, here and in the database, not what others do meanwhile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.lists import LEADER, MATTERS, QUERIES, RESTRICTED, ROOT, _cookie, _place, _some_refs

HEAD, LIAISON = "t01-head-1", "u01-liaison-1"
#: The two pages that add up every unit and team take longer for who knows all.
MOST_MS, ADDING_UP, TIMES = 150, {"/office/": 600, "/city/": 600}, 3
#: The gates of desk, list and matter are those of the tests; no other page has more than a matter.
MOST_QUERIES = {"/": 15, "/matters/": 10}
ADDRESSES = (
    "/", "/matters/", "/approvals/", "/team/", "/office/", "/city/", "/units/", "/units/U01/",
    "/posts/T01/officer/", "/notices/", "/together/", "/filters/", "/drafts/", "/field/", "/returns/",
    "/flags/", "/search/?q=采购", "/search/quick/?q=采购", "/pictures/", "/pictures/dues/",
    "/pictures/flow/", "/pictures/ageing/", "/pictures/repairs/", "/pictures/load/",
    "/pictures/powers/",
)  # fmt: skip


def run() -> dict[str, object]:
    """Measure on SQLite and PostgreSQL, each in a process of its own."""
    found: dict[str, object] = {"matters asked for": MATTERS}
    misses: list[str] = []
    for engine in ("SQLite", "PostgreSQL"):
        with _place(engine) as place:
            place.pop("FILLED", None)
            env = {**os.environ, **place, "DJANGO_SETTINGS_MODULE": "paizhu.project.settings"}
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.pages"],
                cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        figures: dict[str, dict[str, float]] = json.loads(done.stdout)
        found[engine] = figures
        for page, each in figures.items():
            misses += [f"{engine}: {page}: {miss}" for miss in _misses(page.split()[0], each)]
    return {**found, "misses": misses}


def _misses(path: str, each: dict[str, float]) -> list[str]:
    """Say which bounds a page did not keep."""
    bounds = {
        "CPU, ms": ADDING_UP.get(path, MOST_MS),
        "queries": MOST_QUERIES.get(path, QUERIES["matter"]),
    }
    return [
        f"{what} {each[what]:.0f}, at most {most} was promised"
        for what, most in bounds.items()
        if each[what] > most
    ]


# --- in a process with the place set up ---------------------------------------------------------


def measure() -> dict[str, dict[str, float]]:
    """Ask each page as each reader; pages that are not theirs are left out."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    _let_in(LIAISON)
    figures: dict[str, dict[str, float]] = {}
    for username in (RESTRICTED, HEAD, LEADER, LIAISON):
        client = Client(headers={"host": "localhost"})
        client.cookies.load(_cookie(username))
        for path in (*ADDRESSES, f"/matters/{_some_refs(1)[0]}/"):
            if client.get(path).status_code != 200:
                continue
            took = []
            for _ in range(TIMES):
                since = _used()
                client.get(path)
                took.append((_used() - since) * 1000)
            with CaptureQueriesContext(connection) as caught:
                client.get(path)
            figures[f"{path} for {username}"] = {"CPU, ms": min(took), "queries": len(caught)}
    return figures


def _used() -> float:
    """Give the seconds of processor used here and by the database's process for us."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        line = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        seconds += int(line.read_text().split()[0]) / 1e9 if line.exists() else 0
    return seconds


def _let_in(username: str) -> None:
    """Give the liaison of the first unit an account; the seeding gives units none."""
    from paizhu.registry.models import Account, Tenure

    held = Tenure.objects.filter(post__key="liaison", post__body__code="U01").order_by("pk").first()
    assert held is not None
    Account.objects.get_or_create(username=username, defaults={"person_id": held.person_id})


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
