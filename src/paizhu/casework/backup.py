"""A consistent copy of the SQLite file beside it, while work goes on. PostgreSQL has its own way.

A copy holds everything, so nobody can fetch it through the pages; it stays on the machine.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from paizhu.kernel.errors import Conflict, NotAllowed
from paizhu.kernel.text import Text

FOLDER = "backups"
ON_SERVER = Text(
    "数据在 PostgreSQL 中。请在数据库服务器上定时导出，并演练恢复。",
    "The data are in PostgreSQL. Let a timer on its server dump them, and practice restoring.",
)
ON_SERVER_COMMAND = "pg_dump --format=custom --file=paizhu.dump NAME"
KEYS = Text(
    "数据目录中的 keys 和 secret 须另行备份，与数据副本分开保管。",
    "Copy keys and secret of the data folder too, and keep them apart from the copy of the data.",
)
TOO_SOON = Text("这一秒已有一个副本。", "There is a copy of this second already.")
DAMAGED = Text(
    "副本未通过完整性检查，已删除。请检查磁盘。",
    "The copy was not whole and is gone. Check the disk.",
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that lies in the folder of backups."""

    name: str
    bytes: int
    at: datetime


def is_possible() -> bool:
    """Say whether the data are in a file that can be copied from here."""
    return connection.vendor == "sqlite"


def copies(data: Path) -> list[Copy]:
    """Give the copies there are, newest first."""
    found = [(path, path.stat()) for path in (data / FOLDER).glob("paizhu-*.sqlite3")]
    made = [
        Copy(path.name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))
        for path, about in found
    ]
    return sorted(made, key=lambda one: one.name, reverse=True)


def copy(data: Path, *, now: datetime) -> Copy:
    """Make a copy and look whether it is whole. Readers and writers go on meanwhile."""
    if not is_possible():
        raise NotAllowed(ON_SERVER)
    folder = data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"paizhu-{timezone.localtime(now):%Y%m%d-%H%M%S}.sqlite3"
    if target.exists():
        raise Conflict(TOO_SOON)
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(draft)])
    written = sqlite3.connect(draft)
    said = written.execute("PRAGMA quick_check").fetchone()[0]
    written.close()
    return _kept(draft, target, is_whole=said == "ok")


def _kept(draft: Path, target: Path, *, is_whole: bool) -> Copy:
    if not is_whole:
        draft.unlink()
        raise Conflict(DAMAGED)
    draft.replace(target)
    about = target.stat()
    return Copy(target.name, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC))
