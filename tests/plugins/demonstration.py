"""The small demonstration of today, built once in a run and laid out again for each test.

Building it takes as long as many tests. Whoever has built it first leaves a copy of its tables and
of its data folder on a shelf that the workers of a run share; a second one that built meanwhile
keeps what it has. Nobody waits, and each test has a demonstration of its own to change.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.db import connection
from django.utils import timezone

from paizhu.casework import rulebook
from paizhu.demo.building import build
from paizhu.demo.size import Size

SMALL = Size(scale=0.05)
TABLES, FILES = "tables.sqlite3", "files"


def lay_out(folder: Path, factory: pytest.TempPathFactory, password: str) -> None:
    """Fill the empty tables and the data folder of a test that commits; settings name the folder."""
    rulebook.forget()
    connection.ensure_connection()
    # The day is in the name, so that a run over midnight builds once more.
    made = _shared(factory) / f"demonstration-{timezone.localdate()}"
    if connection.vendor != "sqlite":
        build(SMALL, now=timezone.now(), password=password)
    elif made.exists():
        with closing(sqlite3.connect(made / TABLES)) as kept:
            kept.backup(connection.connection)
        shutil.copytree(made / FILES, folder, dirs_exist_ok=True)
    else:
        build(SMALL, now=timezone.now(), password=password)
        _keep(folder, made)


def _keep(folder: Path, made: Path) -> None:
    """Put a copy where others look for it, whole or not at all."""
    half = Path(mkdtemp(dir=made.parent))
    with closing(sqlite3.connect(half / TABLES)) as kept:
        connection.connection.backup(kept)
    shutil.copytree(folder, half / FILES)
    try:
        half.rename(made)
    except OSError:  # another worker was first
        shutil.rmtree(half)


def _shared(factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the whole run; with workers, each has its own below it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
