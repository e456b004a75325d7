"""Processes of the command that begin after Python, the libraries and the packs have been read.

Most of a short command is the start of Python and its imports. A server reads them once and then
forks for each command: that is still a process of its own, with its own environment, answer and exit
code, and nothing of one command is left for the next. Django is set up in the child only, since its
settings are those of the environment.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

#: Seconds for one command.
PATIENCE = 120
ROOT = Path(__file__).resolve().parents[2]
#: What nearly every verb imports, as far as it can be imported without settings.
LIBRARIES = (
    "cryptography.hazmat.primitives.asymmetric.ed25519", "django.core.management",
    "django.db.backends.sqlite3.base", "django.db.migrations.executor", "django.db.models",
    "django.forms", "django.template.defaultfilters", "django.template.defaulttags", "django.urls",
    "django.utils.log", "paizhu.casework.cards", "paizhu.kernel.initials", "rich.console",
    "sqlglot.optimizer.qualify",
)  # fmt: skip


class Warm:
    """The server, as the tests see it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())],
            cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        ours.settimeout(PATIENCE)
        self._asked = ours.makefile("rw", encoding="utf-8")
        self._socket = ours

    def run(self, words: list[str], *, env: dict[str, str], out: Path, err: Path) -> int:
        """Use the command; give its exit code. What it says is in the two files."""
        asked = {"words": words, "env": env, "cwd": os.getcwd(), "out": str(out), "err": str(err)}
        self._asked.write(json.dumps(asked) + "\n")
        self._asked.flush()
        return int(self._asked.readline())

    def end(self) -> None:
        """End the server, which ends when nobody can ask any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._asked.close()
        self._socket.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _serve(connection: socket.socket) -> dict[str, Any] | None:
    """Fork for each command. Give what is asked in the child, and nothing when all is over."""
    lines = connection.makefile("rw", encoding="utf-8")
    while line := lines.readline():
        child = os.fork()
        if child == 0:
            return json.loads(line)
        _, status = os.waitpid(child, 0)
        lines.write(f"{os.waitstatus_to_exitcode(status)}\n")
        lines.flush()
    return None


def _become(asked: dict[str, Any]) -> None:
    """Be the process that was asked for."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = ["paizhu", *asked["words"]]


if __name__ == "__main__":
    from importlib import import_module

    from paizhu.analysis.measures import load_measures
    from paizhu.analysis.tables import load_tables
    from paizhu.cli.main import main, whole
    from paizhu.rules.load import load

    whole()
    for name in LIBRARIES:
        import_module(name)
    # The readings of texts and of queries are kept by what they say; the packs are put together by
    # each child.
    packs = [ROOT / "packs" / "cn-discipline"]
    load(packs)
    load_measures(packs, load_tables(packs))
    connection = socket.socket(fileno=int(sys.argv[1]))
    asked = _serve(connection)
    os.close(connection.detach())
    if asked is not None:
        _become(asked)
        main()
