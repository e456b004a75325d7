"""Serving by several processes under one master."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.cli.conftest import OURS

WAIT = 60


@pytest.fixture
def served(tmp_path):
    """An empty installation, served by two processes; gives the master and its address."""
    command = [sys.executable, "-m", "paizhu.cli.main", "serve", "--data", str(tmp_path / "data")]
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        [*command, "--port", "0", "--processes", "2", "--lang", "en"],
        env=kept, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    said = process.stdout.readline()
    yield process, re.findall(r"http://\S+/", said)[0]
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=WAIT) == 0
    process.stdout.close()


def workers_of(pid: int) -> list[int]:
    """Give the processes under a master, by the list that every Unix can print."""
    done = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [line.split() for line in done.stdout.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def test_two_processes_answer_at_one_address_and_a_lost_one_is_replaced(served):
    process, address = served
    deadline = time.monotonic() + WAIT
    while len(before := workers_of(process.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(before) == 2
    with urllib.request.urlopen(f"{address}sign-in/", timeout=WAIT) as page:
        assert page.status == 200
    os.kill(before[0], signal.SIGKILL)
    while time.monotonic() < deadline:
        after = workers_of(process.pid)
        if len(after) == 2 and before[0] not in after:
            break
        time.sleep(0.1)
    assert len(after) == 2
    with urllib.request.urlopen(f"{address}sign-in/", timeout=WAIT) as page:
        assert page.status == 200
