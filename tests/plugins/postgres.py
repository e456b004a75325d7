"""A throw-away PostgreSQL for one test run: `DB=postgres pytest -p tests.plugins.postgres`.

Loaded with `-p`, because the address must stand in the environment before Django's settings are
read. The cluster is reached by socket only, keeps nothing, and goes when the run ends. PostgreSQL
refuses to run as root, so a run as root starts it as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

NAME = "paizhu"
READY = "database system is ready to accept connections"
#: Where the server's own programs are when they are not in PATH.
PLACES = ("usr/lib/postgresql/*", "opt/homebrew/opt/postgresql*", "usr/local/opt/postgresql*")
#: Without these a lost machine loses the data, which is what is wanted here.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_running: list[tuple[subprocess.Popen[bytes], Path]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Start the cluster: this is the first hook called, before any settings are read."""
    if os.environ.get("DB") == "postgres" and not os.environ.get("PAIZHU_DATABASE_URL"):
        process, folder = start(CARELESS)
        _running.append((process, folder))
        os.environ["PAIZHU_DATABASE_URL"] = address(folder, "postgres")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started; a worker of xdist started nothing."""
    while _running:
        stop(*_running.pop())
        del os.environ["PAIZHU_DATABASE_URL"]


@contextmanager
def cluster(settings: dict[str, str]) -> Iterator[str]:
    """Give the address of one more cluster, for tests that need it to be durable."""
    process, folder = start(settings)
    try:
        yield address(folder, "postgres")
    finally:
        stop(process, folder)


def address(folder: Path, database: str) -> str:
    """Give the address by which settings find a database of the cluster."""
    return f"postgres://{NAME}@/{database}?" + urlencode({"host": str(folder)})


def start(settings: dict[str, str]) -> tuple[subprocess.Popen[bytes], Path]:
    """Make a cluster in a new folder and wait until its log says it is ready."""
    # Short, because the path of a socket may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="pz-pg-", dir="/tmp"))
    user = _unprivileged()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data = folder / "data"
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    initdb = [_binary("initdb"), "--no-sync", "-A", "trust", "-U", NAME, "-E", "UTF8"]
    subprocess.run(
        [*initdb, "--locale=C.UTF-8", "-D", str(data)],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user,
    )  # fmt: skip
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), **settings}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_binary("postgres"), "-D", str(data), *words],
            stdout=output, stderr=subprocess.STDOUT, cwd=folder, **as_user,
        )  # fmt: skip
    # The socket is there before the server answers; only the log tells.
    deadline = time.monotonic() + 30
    while READY not in log.read_text(encoding="utf-8", errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            words_of_log = log.read_text(encoding="utf-8", errors="replace")
            stop(process, folder)
            raise pytest.UsageError(f"PostgreSQL did not start:\n{words_of_log}")
        time.sleep(0.02)
    return process, folder


def stop(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Stop it at once and remove the folder."""
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
    process.wait(timeout=30)
    shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise pytest.UsageError("PostgreSQL needs a user other than root: add `postgres` or `nobody`.")


def _binary(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        others = [path for pattern in PLACES for path in Path("/").glob(f"{pattern}/bin/{name}")]
        if not others:
            raise pytest.UsageError(
                f"{name} was not found in PATH or where Debian and Homebrew put it: install "
                "`postgresql`, or run the tests on SQLite (without DB=postgres)."
            )
        found = str(max(others, key=_version))
    return found


def _version(path: Path) -> int:
    """Give the number in the name of its folder: `15`, `postgresql@16`; 0 if there is none."""
    return int("".join(filter(str.isdigit, path.parts[-3])) or 0)
