"""Killed in the middle, two at a time, four processes: what was acknowledged stands, once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

import pytest

from tests.unit.ledger.test_apart import ROOT, Environment, own_database

__all__ = ["own_database"]
#: Through the door; the book alone is tried with as many in its own tests.
STEPS = 3000


def run(environment: Environment, *words: object) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.desk.door", *map(str, words)],
        env=environment, cwd=ROOT, text=True, capture_output=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_killed_at_any_statement_of_a_step_ledger_and_rows_agree(own_database: Environment) -> None:
    found = run(own_database, "killed")
    assert len(found) >= 8, "a step has at least so many statements"
    assert [one["ended"] for one in found] == [-signal.SIGKILL] * (len(found) - 1) + [0]
    for one in found:
        assert one["written"] == (one["ended"] == 0), one
        assert one["row"], one
        assert (one["differences"], one["findings"]) == (0, 0), one


@pytest.mark.slow
def test_of_two_who_act_on_what_both_saw_one_is_told_and_nothing_is_lost(
    own_database: Environment,
) -> None:
    found = run(own_database, "both")
    assert found["pairs"] == [["conflict", "stored"]] * 20
    assert found["notes"] == [1] * 20
    assert (found["differences"], found["findings"]) == (0, 0)


@pytest.mark.slow
def test_four_processes_take_three_thousand_steps_without_an_error(
    own_database: Environment,
) -> None:
    found = run(own_database, "crowd", STEPS)
    assert found["errors"] == []
    assert found["notes"] == STEPS // 4 * 4
    assert (found["differences"], found["findings"]) == (0, 0)
