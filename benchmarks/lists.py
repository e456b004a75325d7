"""Lists, desk and matter pages over very many matters, asked over HTTP as browsers ask; and creates.

PAIZHU_BENCH_MATTERS says how many matters (100 000 unless told; the promise is about 1 000 000).
PAIZHU_BENCH_SQLITE, a data folder, and PAIZHU_BENCH_POSTGRES, an address, name places filled before
with `paizhu bench seed`; otherwise each is filled anew, PostgreSQL in a throw-away cluster.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paizhu.registry.principals import Who

ROOT = Path(__file__).resolve().parent.parent
MATTERS = int(os.environ.get("PAIZHU_BENCH_MATTERS", "100000"))
#: A team's officer, who may know of his team's matters, and a leader above, who may of all.
RESTRICTED, LEADER = "t01-officer-1", "sjw-duty-leader-1"
ALONE, TOGETHER, CLIENTS = 15, 6, 16
ALONE_MS, TOGETHER_MS, MOST_BYTES, CREATES_A_SECOND = 50, 200, 200 * 1024, 100
QUERIES = {"list": 10, "desk": 15, "matter": 20}
PORT_WAIT = 60


def run() -> dict[str, object]:
    """Measure on SQLite and PostgreSQL, each in a process of its own."""
    found: dict[str, object] = {"matters asked for": MATTERS}
    misses: list[str] = []
    for engine in ("SQLite", "PostgreSQL"):
        with _place(engine) as place:
            figures = _measured(place)
            misses += [f"{engine}: {miss}" for miss in figures.pop("misses", [])]  # type: ignore[attr-defined]
            found[engine] = figures
    return {**found, "misses": misses}


@contextmanager
def _place(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of a filled installation."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        place = {"PAIZHU_DATA": folder}
        filled = os.environ.get(f"PAIZHU_BENCH_{'SQLITE' if engine == 'SQLite' else 'POSTGRES'}")
        if engine == "PostgreSQL":
            from tests.plugins.postgres import cluster

            address = filled or stack.enter_context(
                cluster({"shared_buffers": "1GB", "max_wal_size": "8GB"})
            )
            place["PAIZHU_DATABASE_URL"] = address
        elif filled:
            place["PAIZHU_DATA"] = filled
        if not filled:
            place["FILLED"] = _fill(place)
        yield place


def _fill(place: dict[str, str]) -> str:
    command = [sys.executable, "-m", "paizhu.cli.main", "bench", "seed", "--json"]
    done = subprocess.run(
        [*command, "--matters", str(MATTERS)],
        env={**os.environ, **place}, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


def _measured(place: dict[str, str]) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.lists"]
    env = {**os.environ, **place, "DJANGO_SETTINGS_MODULE": "paizhu.project.settings"}
    done = subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, object] = json.loads(done.stdout)
    if filled := place.get("FILLED"):
        made = json.loads(filled)
        seconds, size = made["seconds"], made["megabytes"]
        figures = {"filled in, s": seconds, "takes up, MB": size, **figures}
    return figures


# --- in a process with the place set up ---------------------------------------------------------


def measure() -> dict[str, object]:
    """Measure the place of the environment."""
    from paizhu.casework.models import Matter, Reader

    figures: dict[str, object] = {
        "matters": Matter.objects.count(), "reader rows": Reader.objects.count(),
    }  # fmt: skip
    misses: list[str] = []
    figures |= _costs(misses)
    with _server() as (port, pids):
        for name, user, path in _pages():
            ask = Asker(port, _cookie(user), path)
            figures[name] = _timed(name, ask, pids, misses)
    figures["access, one decision, ms"] = _decision()
    figures["creates with ledger a second"] = creates = _creates()
    if creates < CREATES_A_SECOND:
        misses.append(f"{creates:.0f} creates a second, at least {CREATES_A_SECOND} were promised")
    return {**figures, "misses": misses}


def _pages() -> list[tuple[str, str, str]]:
    """Give what is asked for: its name, by whom, at which address."""
    ref = _some_refs(1)[0]
    return [
        ("list", RESTRICTED, "/matters/"),
        ("desk", RESTRICTED, "/"),
        ("matter", RESTRICTED, f"/matters/{ref}/"),
        ("list, page 100", RESTRICTED, "/matters/?page=100"),
        ("list, oldest first", RESTRICTED, "/matters/?order=oldest"),
        ("list, one stage", RESTRICTED, "/matters/?stage=clue.transferred"),
        ("list, open", RESTRICTED, "/matters/?state=open"),
        ("list, late", RESTRICTED, "/matters/?state=late"),
        ("list, waiting for me", RESTRICTED, "/matters/?state=waiting"),
        ("list, soonest due", RESTRICTED, "/matters/?order=due"),
        ("list, a number", RESTRICTED, f"/matters/?q={ref}"),
        ("list, a word nowhere", RESTRICTED, "/matters/?q=nowhere"),
        ("list of one who knows all", LEADER, "/matters/"),
        ("list of one who knows all, soonest due", LEADER, "/matters/?order=due"),
        ("list of one who knows all, a word nowhere", LEADER, "/matters/?q=nowhere"),
        ("desk of one who knows all", LEADER, "/"),
    ]


class Asker:
    """Asks for one page again and again, each thread over a connection of its own."""

    def __init__(self, port: int, cookie: str, path: str) -> None:
        self.port, self.path = port, path
        self.headers = {"Cookie": cookie, "Host": "localhost", "Accept-Encoding": "gzip"}

    def __call__(self, count: int) -> list[float]:
        """Give the seconds each of so many answers took."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        found = []
        for _ in range(count):
            since = time.perf_counter()
            line.request("GET", self.path, headers=self.headers)
            answer = line.getresponse()
            answer.read()
            found.append(time.perf_counter() - since)
            assert answer.status == 200, (self.path, answer.status)
        line.close()
        return found


def _timed(name: str, ask: Asker, pids: list[int], misses: list[str]) -> dict[str, float]:
    """Ask alone, and the first pages with many at once. The list has bounds; CPU is the web's."""
    with ThreadPoolExecutor(CLIENTS) as crowd:
        list(crowd.map(ask, [1] * CLIENTS))  # every thread of the server has worked once
        before = _cpu(pids)
        alone = ask(ALONE)
        figures = {
            "median alone, ms": statistics.median(alone) * 1000,
            "worst alone, ms": max(alone) * 1000,
            "CPU of the web process, ms": (_cpu(pids) - before) / ALONE * 1000,
        }
        bounds = [("median alone, ms", ALONE_MS)]
        if name in QUERIES:
            many = sorted(one for some in crowd.map(ask, [TOGETHER] * CLIENTS) for one in some)
            figures[f"median of {CLIENTS} at once, ms"] = statistics.median(many) * 1000
            figures[f"p95 of {CLIENTS} at once, ms"] = many[len(many) * 95 // 100] * 1000
            bounds.append((f"median of {CLIENTS} at once, ms", TOGETHER_MS))
    misses += [
        f"{name}: {what} {figures[what]:.0f}, at most {bound} was promised"
        for what, bound in bounds
        if name == "list" and figures[what] > bound
    ]
    return figures


def _costs(misses: list[str]) -> dict[str, object]:
    """Count queries and bytes of the promised pages, in process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "localhost"})
    client.cookies.load(_cookie(RESTRICTED))
    figures: dict[str, object] = {}
    for name, _, path in _pages()[: len(QUERIES)]:
        client.get(path)
        with CaptureQueriesContext(connection) as caught:
            page = client.get(path)
        assert page.status_code == 200, path
        figures[f"queries of {name}"], figures[f"bytes of {name}"] = len(caught), len(page.content)
        if len(caught) > QUERIES[name] or len(page.content) > MOST_BYTES:
            misses.append(f"{name}: {len(caught)} queries, {len(page.content)} bytes")
    return figures


@contextmanager
def _server() -> Iterator[tuple[int, list[int]]]:
    """Serve as `paizhu serve --processes 2` does, without its tick before."""
    from paizhu.cli.serving import AMONG_SEVERAL

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = (
        f"-k gthread -w 2 --threads {AMONG_SEVERAL} -b 127.0.0.1:{port} --log-level warning".split()
    )
    command = [sys.executable, "-m", "gunicorn", *words, "paizhu.project.wsgi:application"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PORT_WAIT
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)
        time.sleep(1)
        yield port, _children(server.pid)
    finally:
        server.terminate()
        server.wait(30)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _cpu(pids: list[int]) -> float:
    """Give the seconds of CPU some processes have used; 0 where /proc is not there."""
    ticks = 0
    for pid in pids:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _cookie(username: str) -> str:
    """Sign somebody in and give the cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from paizhu.registry.models import Account

    account = Account.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _who(username: str) -> Who:
    from paizhu.registry.models import Account
    from paizhu.registry.principals import who

    return who(Account.objects.get(username=username), on=datetime.now(UTC).date())


def _some_refs(count: int) -> list[str]:
    """Give numbers of matters the officer may know of, from all times."""
    from paizhu.casework import access

    seen = access.visible_to(_who(RESTRICTED))
    total = seen.count()
    ordered = seen.order_by("pk").values_list("ref", flat=True)
    return [ordered[(number * 2 + 1) * total // (count * 2)] for number in range(count)]


def _decision() -> float:
    from paizhu.casework.access import get_matter

    person, refs = _who(RESTRICTED), _some_refs(20)
    return statistics.median(_seconds(lambda r=r: get_matter(person, r)) for r in refs * 10) * 1000


def _creates() -> float:
    """Open matters through the door, one durable transaction each."""
    from paizhu.casework import desk
    from paizhu.registry.models import Body

    person = _who(RESTRICTED)
    raw = {
        "unit": f"body:{Body.objects.get(code='U01').pk}", "origin": "supervision",
        "seen": "同类耗材单价差异较大", "asks": "请说明原因。", "unit_signs": "no",
    }  # fmt: skip

    def create() -> None:
        now = datetime.now(UTC)
        desk.open(actor=person, procedure="question", body="T01", raw=raw, now=now)

    create()
    count = 300
    return count / _seconds(lambda: [create() for _ in range(count)])


def _seconds(act: Callable[[], object]) -> float:
    since = time.perf_counter()
    act()
    return time.perf_counter() - since


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(measure()))
