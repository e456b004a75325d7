"""`paizhu demo`: generate the invented institution once, then serve it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from paizhu.cli.call import Call
from paizhu.cli.installation import open_data
from paizhu.demo.roles import ROLES
from paizhu.demo.size import Size
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.demo.building import Built

MARKER = "demo.json"
#: What a half-made demonstration leaves behind. Nothing else in the folder is touched.
MADE = ("paizhu.sqlite3", "paizhu.sqlite3-wal", "paizhu.sqlite3-shm", "business", "received", "keys", "checkpoints")  # fmt: skip


def demo(
    call: Call, *, scale: float, months: int, serve: bool, port: int, open_browser: bool
) -> None:
    """Make the demonstration if it is not there, and serve it."""
    os.environ["PAIZHU_DEMO"] = "1"
    os.environ["PAIZHU_DATA"] = str(call.data)
    marker = call.data / MARKER
    state = _state(marker)
    if state != "ready":
        _make_room(call.data, state)
        _make(call, marker, Size(scale, months=months))
    if not serve:
        call.say(
            Text(
                f"演示数据在 {call.data}。启动：.venv/bin/paizhu demo --data {call.data}",
                f"The demonstration is in {call.data}. Serve it: .venv/bin/paizhu demo --data {call.data}",
            )
        )
        return
    sys.stdout.flush()
    # A new image of this process: what generating took up in memory is given back.
    words = ["serve", "--data", str(call.data), "--lang", call.lang, "--port", str(port)]
    os.execv(
        sys.executable,
        [sys.executable, "-m", "paizhu.cli.main", *words, *(["--open"] if open_browser else [])],
    )


def say_links(call: Call, address: str) -> None:
    """Say how to sign in as each of these roles."""
    call.say(Text("一键登录：", "Sign in by one click:"))
    for username, role in ROLES:
        call.say(f"  {address}demo/{username}/  {role.say(call.lang)}")
    password = _read(call.data / MARKER).get("password")
    call.say(
        Text(
            f"也可用任一账号登录，口令均为 {password}",
            f"Or sign in with any account; the password of each is {password}",
        )
    )


# --- making it ----------------------------------------------------------------------------------


def _make(call: Call, marker: Path, size: Size) -> None:
    call.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(9)
    call.say(
        Text(
            "正在生成演示机构，约需半分钟……",
            "Generating the demonstration institution; half a minute …",
        )
    )
    sys.stdout.flush()
    _write(marker, {"state": "making"})
    open_data(call, make=True)
    _refuse_a_database_in_use()
    built = _build(call, password, size)
    _write(
        marker,
        {"state": "ready", "password": password, "since": built.since.isoformat(), "until": built.until.isoformat()},
    )  # fmt: skip
    call.say(
        Text(
            f"已生成：{built.people} 人、{built.accounts} 个账号，{built.since} 至今办理 {built.acts} 步，"
            f"用时 {(datetime.now(call.now.tzinfo) - call.now).seconds} 秒。",
            f"Made: {built.people} people, {built.accounts} accounts, {built.acts} acts since {built.since}, "
            f"in {(datetime.now(call.now.tzinfo) - call.now).seconds} seconds.",
        )
    )


def _build(call: Call, password: str, size: Size) -> Built:
    from django.db import connection

    from paizhu.demo.building import build

    with _progress(call) as progress:
        built = build(size, now=call.now, password=password, progress=progress)
    connection.close()
    return built


@contextmanager
def _progress(call: Call) -> Iterator[Callable[[float], None]]:
    """Show how far it is, on a terminal."""
    from rich.progress import Progress

    with Progress(console=call.console(), transient=True) as shown:
        bar = shown.add_task(Text("十八个月", "eighteen months").say(call.lang), total=1.0)
        yield lambda share: shown.update(bar, completed=share)


def _make_room(data: Path, state: str) -> None:
    """Clear away what a cut-off run left; refuse a folder with anything else in it."""
    if state == "making":
        for name in MADE:
            path = data / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    elif (data / "paizhu.sqlite3").exists():
        raise NotAllowed(_in_use(str(data)))


def _refuse_a_database_in_use() -> None:
    """A database server is not ours to empty, not even after a run that was cut off."""
    from paizhu.registry.models import Body

    if Body.objects.exists():
        raise NotAllowed(_in_use("PAIZHU_DATABASE_URL"))


def _in_use(place: str) -> Text:
    return Text(
        f"{place} 中已有数据，不是完整的演示数据，未作改动。请用 --data 另选目录，或另给一个空数据库。",
        f"{place} holds data that are no complete demonstration, and was left alone. Choose another "
        "folder with --data, or give an empty database.",
    )


def _state(marker: Path) -> str:
    return str(_read(marker).get("state", ""))


def _read(marker: Path) -> dict[str, object]:
    try:
        found = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(marker: Path, value: dict[str, object]) -> None:
    draft = marker.with_suffix(".part")
    draft.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(marker)
