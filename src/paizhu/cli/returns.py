"""Returns: list them, compute one, show it, and count all kept figures again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from paizhu.cli.call import FOUND, Call, Leave, listed_by
from paizhu.cli.installation import open_data, who_asks
from paizhu.cli.verbs import AsOption, group, verb
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.analysis.returns.computing import Compared
    from paizhu.analysis.returns.reading import ReturnCard

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of a return. 报表名。")]
BodyOption = Annotated[
    str, typer.Option("--body", metavar="CODE", help="The body it is made for. 报表所属机构。")
]
PeriodOption = Annotated[
    str,
    typer.Option("--period", metavar="P", help="2025-10, 2025Q4, 2025H2 or 2025. 报告期。"),
]

OUTCOMES = {
    "same": Text("一致", "same"),
    "removed": Text("一致（依规移除的内容除外）", "same but for content lawfully removed"),
    "differs": Text("与台账不符", "differs from the ledger"),
    "altered": Text("所存数字被改动", "the kept figures were altered"),
}


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    returns = group("returns", says="Returns that come out of the ledger. 报表。")
    verb(returns, "list", reads=True)(list_returns)
    verb(returns, "run", reads=True)(run_return)
    verb(returns, "show", reads=True)(show_return)
    verb(returns, "check", reads=True)(check_returns)
    app.add_typer(returns)


def list_returns(call: Call, username: AsOption = None) -> None:
    """List the returns an account reads, and the bodies they are made for. 列出报表。"""
    open_data(call)
    from django.utils.timezone import localtime

    from paizhu.analysis.returns import reading

    found = reading.offered(who_asks(call, username), on=localtime(call.now).date())
    lines = [
        Text(
            f"{one.name}  {one.title.zh}  {'、'.join(code for code, _ in one.bodies)}",
            f"{one.name}  {one.title.en}  {', '.join(code for code, _ in one.bodies)}",
        )
        for one in found
    ]
    call.answer(found, lines or [Text("没有归您查看的报表。", "No return is yours to read.")])


def run_return(
    call: Call,
    name: NameArgument,
    body: BodyOption,
    period: PeriodOption,
    username: AsOption = None,
) -> None:
    """Count a return at the last page of the ledger and keep the figures.

    按台账最后一页统计报表并保存。
    """
    open_data(call)
    from paizhu.analysis.returns import computing, reading

    who = who_asks(call, username)
    with listed_by("paizhu returns list"):
        kept = computing.compute(name, body=body, period=period, actor=who, now=call.now)
    card = reading.card_of(kept, reader=who, now=call.now)
    call.answer(card, list(_card(card, call)))


def show_return(
    call: Call,
    name: NameArgument,
    body: BodyOption,
    period: PeriodOption,
    username: AsOption = None,
) -> None:
    """Show the newest kept figures of a return. 查看最近一次统计的报表。"""
    open_data(call)
    from paizhu.analysis.returns import reading

    who = who_asks(call, username)
    with listed_by("paizhu returns list"):
        card = reading.latest(name, body=body, period=period, reader=who, now=call.now)
    if card is None:
        call.answer(None, [Text("尚未统计，请先运行 paizhu returns run。",
                                "Not computed yet; run paizhu returns run first.")])  # fmt: skip
        return
    call.answer(card, list(_card(card, call)))


def check_returns(call: Call) -> None:
    """Count every kept return again at its page of the ledger; 1 if any figure differs.

    按各自的台账页重新统计全部已存报表，核对是否一致。
    """
    open_data(call)
    from paizhu.analysis.returns import computing

    found = computing.check()
    call.answer(found, [_compared(one) for one in found if one.outcome != "same"] + [_sum(found)])
    if any(one.outcome in ("differs", "altered") for one in found):
        raise Leave(FOUND)


# --- shown --------------------------------------------------------------------------------------


def _card(card: ReturnCard, call: Call) -> Iterator[Text | str]:
    from paizhu.analysis.returns.workbook import rests_on

    yield f"{card.title.say(call.lang)}  {card.body.say(call.lang)}  {card.span.title.say(call.lang)}"
    yield " | ".join(["", *(title.say(call.lang) for title in card.columns)])
    for row in card.rows:
        shown = [cell.figure.shown.say(call.lang) for cell in row.cells]
        yield " | ".join([row.title.say(call.lang), *shown])
    yield from (Text(f"请说明：{ask.zh}", f"Please explain: {ask.en}") for ask in card.asks)
    yield from card.notes
    yield rests_on(card)


def _compared(one: Compared) -> Text:
    outcome, cells = OUTCOMES[one.outcome], " ".join(one.cells)
    said = f"{one.name} {one.body} {one.period} #{one.computation}"
    return Text(f"{said}：{outcome.zh} {cells}".rstrip(), f"{said}: {outcome.en} {cells}".rstrip())


def _sum(found: list[Compared]) -> Text:
    bad = sum(one.outcome in ("differs", "altered") for one in found)
    return Text(
        f"重新统计 {len(found)} 份报表，不一致 {bad} 份。",
        f"Counted {len(found)} computations again; {bad} differ.",
    )
