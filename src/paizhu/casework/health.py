"""What an installation stands on, and what is wrong with it: for `paizhu doctor` and the system page.

Nothing here names a matter or anybody.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from paizhu.kernel import days
from paizhu.kernel.text import Text, Word
from paizhu.ledger import checkpoints

#: Below this a ledger may stop in the middle of a day.
LEAST_FREE = 500 * 2**20
OLDEST_CHECKPOINT = timedelta(days=2)
#: What each engine is asked: how it is set up, and how many triggers guard the ledger.
SET_UP = {"sqlite": "PRAGMA journal_mode", "postgresql": "SHOW server_version"}
GUARDS = {
    "sqlite": "SELECT count(*) FROM sqlite_master "
    "WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'",
    "postgresql": "SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relname LIKE 'ledger_%'",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at."""

    what: str
    say: Text
    is_good: bool = True


def machine(folder: Path) -> Iterator[Looked]:
    """Look at what runs us, and at the room left for the data."""
    version = platform.python_version()
    is_new = sys.version_info >= (3, 11)
    yield Looked("python", Text(f"Python {version}", f"Python {version}"), is_new)
    has_sm3 = "sm3" in hashlib.algorithms_available
    sm3 = Text("可用", "available") if has_sm3 else Text("缺", "missing")
    yield Looked(
        "hashes",
        Text(f"摘要算法 sha256 可用，sm3 {sm3.zh}", f"digests: sha256 available, sm3 {sm3.en}"),
    )
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    yield Looked(
        "disk",
        Text(f"磁盘可用 {free / 2**30:.1f} GB", f"{free / 2**30:.1f} GB of disk free"),
        free >= LEAST_FREE,
    )
    yield Looked(
        "services", Text("无需字体、浏览器或其他服务", "no fonts, browser or other service needed")
    )


def modes(folder: Path) -> Iterator[Looked]:
    """Nobody but the owner may reach keys and data: the folder's mode guards what is in it."""
    for path in (folder, folder / "keys", folder / "secret"):
        if path.exists():
            mode = stat.S_IMODE(path.stat().st_mode)
            is_private = not mode & 0o007
            tail = Text("", "") if is_private else Text("，他人可读", ", others may read it")
            say = Text(f"{path} 的权限 {mode:o}{tail.zh}", f"{path} has mode {mode:o}{tail.en}")
            yield Looked(f"mode of {path.name}", say, is_private)


def everything(folder: Path, *, now: datetime) -> list[Looked]:
    """Look at all of it."""
    return [*machine(folder), *modes(folder), database(), triggers(), checkpoint(now=now)]


def database() -> Looked:
    """Say which database this is, and whether it is set up as it must be."""
    return set_up(connection.vendor, str(_asked(SET_UP[connection.vendor])))


def set_up(vendor: str, said: str) -> Looked:
    """Judge what a database says of itself. In SQLite readers must not wait for a writer."""
    if vendor == "sqlite":
        say = Text(f"SQLite，日志方式 {said}", f"SQLite, journal mode {said}")
        return Looked("database", say, is_good=said == "wal")
    return Looked("database", Text(f"PostgreSQL {said}", f"PostgreSQL {said}"))


def triggers() -> Looked:
    """Without its triggers the ledger could be changed without so much as an error."""
    if count := _asked(GUARDS[connection.vendor]):
        return Looked(
            "triggers",
            Text(
                f"台账由 {count} 个触发器保护",
                f"{count} {Word(count):trigger guards|triggers guard} the ledger",
            ),
        )
    say = Text(
        "台账的触发器不见了，改动不会受阻。请查明原因并由备份恢复。",
        "The triggers that guard the ledger are gone. Find out why and restore a backup.",
    )
    return Looked("triggers", say, is_good=False)


def _asked(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def checkpoint(*, now: datetime) -> Looked:
    """Say how old the last checkpoint is."""
    latest = checkpoints.latest()
    if latest is None:
        return Looked("checkpoint", Text("还没有检查点", "no checkpoint yet"))
    age = now - datetime.fromisoformat(latest.at)
    if age <= OLDEST_CHECKPOINT:
        at = datetime.fromisoformat(latest.at)
        day = days.say(at.date())
        say = Text(
            f"最近的检查点在 {day.zh} {at:%H:%M}，第 {latest.seq} 页",
            f"last checkpoint on {day.en} at {at:%H:%M}, page {latest.seq}",
        )
        return Looked("checkpoint", say)
    say = Text(
        f"最近的检查点已有 {age.days} 天。请让计时器运行 paizhu tick。",
        f"The last checkpoint is {age.days} {Word(age.days):day|days} old. Let a timer run paizhu tick.",
    )
    return Looked("checkpoint", say, is_good=False)
