"""Many processes, and processes that are killed: nothing acknowledged is lost, nothing breaks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parents[3]
Environment = dict[str, str]


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[Environment]:
    """Give the environment of processes that share a new database of this kind."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "paizhu.project.settings",
        "PAIZHU_DATA": str(tmp_path),
    }
    address = os.environ.get("PAIZHU_DATABASE_URL")
    if not address:
        yield environment
        return
    name = f"apart_{os.getpid()}_{abs(hash(str(tmp_path)))}"
    with psycopg.connect(**conninfo_to_dict(address), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield environment | {"PAIZHU_DATABASE_URL": address.replace("/postgres?", f"/{name}?")}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(environment: Environment, what: str) -> list[dict[str, Any]]:
    """Let a process do something from a book without a page on; give what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.ledger.apart", what],
        env=environment, cwd=ROOT, text=True, capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_two_processes_find_what_one_finds(own_database: Environment) -> None:
    """A whole book is read in halves; one that is not is read by one, from where it breaks."""
    said = run(own_database, "halves")
    assert all(line["same"] for line in said)
    assert [line["good"] for line in said] == [True] + [False] * 7
    # A page changed in the first half alone leaves the second as it is; a version does not, be it
    # that the second claims another of the matter or finds the next one wrong.
    assert [line["joined"] for line in said] == [True, True] + [False] * 6


@pytest.mark.slow
def test_four_processes_write_three_thousand_pages_without_an_error(
    own_database: Environment,
) -> None:
    *said, end, report = run(own_database, "writers")
    assert (len(said), end["ended"]) == (4, [0] * 4)
    assert report["findings"] == []
    assert report["pages"] == sum(line["stored"] for line in said)
    assert report["pages"] >= 3000


def test_of_several_first_writers_one_makes_the_head(own_database: Environment) -> None:
    """Each waits for the others, then all append at once to a book that has no head yet."""
    end, report = run(own_database, "firsts")
    assert end["ended"] == [0] * 4
    assert (report["findings"], report["pages"]) == ([], 4)


@pytest.mark.slow
def test_killed_at_any_point_of_an_append_the_book_holds_and_loses_nothing(
    own_database: Environment,
) -> None:
    before, died_late = 0, False
    found = run(own_database, "killed")
    for left in found:
        point, acknowledged = left["point"], max(left["acknowledged"])
        assert left["findings"] == [], f"killed at point {point}"
        assert left["same"], f"half an act was stored at point {point}"
        assert before <= acknowledged <= left["pages"]
        died_late |= acknowledged < left["pages"]
        before = left["pages"]
    *killed, last = [left["ended"] for left in found]
    assert (set(killed), last) == ({-signal.SIGKILL}, 0)
    # BEGIN is Django's own on SQLite; head, two pages, head again, commit: each before and after.
    assert len(killed) >= 10
    assert died_late, "no kill fell between the commit and its acknowledgement"


def test_the_guards_can_be_taken_off_and_put_on_by_migration(own_database: Environment) -> None:
    (said,) = run(own_database, "guards")
    assert said["refused"].startswith("paizhu: ")
