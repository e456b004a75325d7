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


def start(environment: Environment, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.ledger.apart", *map(str, words)],
        env=environment, cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def end(process: subprocess.Popen[str], code: int = 0) -> list[dict[str, Any]]:
    """Wait for a process to end as it should, and give what it said."""
    out, err = process.communicate(timeout=240)
    assert process.returncode == code, err
    return [json.loads(line) for line in out.splitlines()]


def run(environment: Environment, *words: object) -> list[dict[str, Any]]:
    return end(start(environment, *words))


def test_two_processes_find_what_one_finds(own_database: Environment) -> None:
    """A whole book is read in halves; one that is not is read by one, from where it breaks."""
    run(own_database, "prepare")
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
    run(own_database, "prepare")
    processes = [start(own_database, "writer", number) for number in range(4)]
    said = [line for process in processes for line in end(process)]
    (report,) = run(own_database, "check")
    assert report["findings"] == []
    assert report["pages"] == sum(line["stored"] for line in said)
    assert report["pages"] >= 3000


def test_of_several_first_writers_one_makes_the_head(own_database: Environment) -> None:
    """Each says it is ready, then all append at once to a book that has no head yet."""
    run(own_database, "prepare")
    processes = [start(own_database, "first", number) for number in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ready"] == 1
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        end(process)
    (report,) = run(own_database, "check")
    assert (report["findings"], report["pages"]) == ([], 4)


@pytest.mark.slow
def test_killed_at_any_point_of_an_append_the_book_holds_and_loses_nothing(
    own_database: Environment,
) -> None:
    run(own_database, "prepare")
    before, point, died_late = 0, 0, False
    while True:
        process = start(own_database, "append_and_die", point)
        out, err = process.communicate(timeout=60)
        acknowledged = [json.loads(line)["acknowledged"] for line in out.splitlines()]
        (report,) = run(own_database, "check")
        assert report["findings"] == [], f"killed at point {point}"
        assert report["same"], f"half an act was stored at point {point}"
        assert before <= max(acknowledged) <= report["pages"]
        died_late |= max(acknowledged) < report["pages"]
        before = report["pages"]
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, err
        point += 1
    # BEGIN is Django's own on SQLite; head, two pages, head again, commit: each before and after.
    assert point >= 10
    assert died_late, "no kill fell between the commit and its acknowledgement"


def test_the_guards_can_be_taken_off_and_put_on_by_migration(own_database: Environment) -> None:
    run(own_database, "prepare")
    (said,) = run(own_database, "guards")
    assert said["refused"].startswith("paizhu: ")
