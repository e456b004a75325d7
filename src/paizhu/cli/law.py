"""What needs no data folder: check packs, count a legal date, explain procedures and law."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paizhu.cli.call import Call
from paizhu.cli.verbs import group, verb


def declare(app: typer.Typer) -> typer.Typer:
    """Declare the verbs; give the group `explain`, to which others add."""
    verb(app, "check", reads=True)(check)
    verb(app, "due", reads=True)(due)
    explain = group("explain", says="Explain a rule or a date. 解释规则或日期。")
    verb(explain, "procedure", reads=True)(procedure)
    verb(explain, "law", reads=True)(law)
    app.add_typer(explain)
    return explain


def check(
    call: Call,
    packs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PACK]...",
            help="Pack folders; else those in use. 规则包目录。",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check packs: shapes, rules between keys, scenarios, cases of measures.

    检查规则包：写法、各键之间的关系、场景、度量用例。
    """
    from paizhu.cli.checking import check as found

    found(call, packs or [])


def due(
    call: Call,
    clock: Annotated[str, typer.Argument(help="Law id: C-040, C-112.decide, E-01. 时限编号。")],
    start: Annotated[
        str, typer.Option("--start", metavar="DATE", help="The day it starts. 起算事由发生日。")
    ],
    receipt: Annotated[
        str | None,
        typer.Option(
            "--receipt", metavar="DATE", help="Count from this day of receipt. 收到日，自此起算。"
        ),
    ] = None,
    pause: Annotated[
        list[str] | None,
        typer.Option(
            "--pause",
            metavar="A..B",
            help="Not counted from A, running again on B. 自 A 中止，B 恢复。",
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help="The law as of this day, and what is left on it. 按该日有效的规定，并说明届时剩余。",
        ),
    ] = None,
) -> None:
    """Count a legal date: due day, rule, article, version, confidence, days skipped and why.

    计算法定期限：到期日、规定、条文、版本、核对程度、未计入的日子。
    """
    from paizhu.cli.dates import due as counted

    counted(call, clock, start, receipt=receipt, pauses=pause or [], on=on)


def procedure(
    call: Call,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="Name of a procedure: clue; else all are listed. 程序名，不写则列出全部。",
            show_default=False,
        ),
    ] = "",
    on: Annotated[
        str | None,
        typer.Option(
            "--on", metavar="DATE", help="The version in force on this day. 该日有效的版本。"
        ),
    ] = None,
) -> None:
    """Explain a procedure: its manual page with stages, forms, approvals, time limits.

    解释一个程序：阶段、表单、审批、时限。
    """
    from paizhu.cli.explaining import procedure as explained

    explained(call, name, on=on)


def law(
    call: Call,
    ref: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="C-040, E-01, instrument/slug, or an instrument; else all are listed. "
            "条文、时限或规定，不写则列出全部。",
            show_default=False,
        ),
    ] = "",
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="As of this day; else today. 该日的规定。"),
    ] = None,
) -> None:
    """Explain a provision, a legal clock, an effect period or an instrument.

    解释一条规定、一个时限、一种影响期或一部法规。
    """
    from paizhu.cli.explaining import law as explained

    explained(call, ref, on=on)
