"""`paizhu bench seed`: an installation of a size one has not got yet, to measure on."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Annotated

import typer

from paizhu.cli.call import Call
from paizhu.cli.installation import open_data
from paizhu.cli.verbs import group, verb
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.demo.bulk.seeding import Seeded


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    bench = group("bench", says="Measure on a large installation. 大规模测量。")
    verb(bench, "seed", reads=True)(seed)
    app.add_typer(bench)


def seed(
    call: Call,
    matters: Annotated[
        int, typer.Option("--matters", min=1, max=10_000_000, help="How many matters. 事项数量。")
    ] = 10_000,
    teams: Annotated[
        int, typer.Option("--teams", min=1, max=99, help="Teams of five people. 派驻组数量。")
    ] = 46,
    database_url: Annotated[
        str | None,
        typer.Option(
            "--database-url",
            help="postgres://…; else PAIZHU_DATABASE_URL, else a file. 数据库地址。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Fill an empty place with very many matters: some played in full, the rest copied from them.

    在空目录或空数据库中填充大量事项：部分逐步办理，其余照此复制。
    """
    if database_url:
        os.environ["PAIZHU_DATABASE_URL"] = database_url
    call.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    open_data(call, make=True)
    from datetime import UTC, datetime

    from rich.progress import Progress

    from paizhu.demo.bulk.seeding import seed as filled

    password = secrets.token_urlsafe(9)
    with Progress(console=call.console(), transient=True, disable=call.as_json) as shown:
        bar = shown.add_task(Text("事项", "matters").say(call.lang), total=1.0)
        made = filled(
            matters=matters, teams=teams, now=call.now, password=password,
            progress=lambda share: shown.update(bar, completed=share),
        )  # fmt: skip
    _tell(call, made, password, (datetime.now(UTC) - call.now).total_seconds())


def _tell(call: Call, made: Seeded, password: str, seconds: float) -> None:
    size = _bytes_taken(call) / 1e6
    answer = {"made": made, "seconds": round(seconds, 1), "megabytes": round(size, 1)}
    each = f"{made.matters:,} / {made.pages:,} / {made.rows:,}"
    lines = [
        Text(
            f"事项、台账页、数据行：{each}；用时 {seconds:,.0f} 秒，占用 {size:,.0f} MB。",
            f"Matters, pages of the ledger, rows: {each}; {seconds:,.0f} s, {size:,.0f} MB.",
        ),
        Text(
            f"{made.accounts} 个账号，如 t01-head-1；口令均为 {password}",
            f"{made.accounts} accounts, such as t01-head-1; the password of each is {password}",
        ),
    ]
    call.answer({**answer, "password": password}, lines)


def _bytes_taken(call: Call) -> int:
    from django.db import connection

    if connection.vendor == "sqlite":
        return sum(file.stat().st_size for file in call.data.glob("paizhu.sqlite3*"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
