"""Matters as a given account may see them: a list, one matter, and why a date or why at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from paizhu.cli import acting
from paizhu.cli.call import Call
from paizhu.cli.installation import open_data, who_asks
from paizhu.cli.verbs import AsOption, group, verb
from paizhu.kernel.text import Text, Word

if TYPE_CHECKING:
    from datetime import date

    from paizhu.casework.cards import ClockChip, MatterCard, MatterRow

STATUS = {
    "running": Text("进行中", "running"),
    "paused": Text("中止", "paused"),
    "met": Text("按时", "met"),
    "missed": Text("超期完成", "missed"),
    "late": Text("已超期", "late"),
    "void": Text("不再适用", "void"),
}


def declare(app: typer.Typer, explain: typer.Typer) -> None:
    """Declare the verbs."""
    matters = group("matters", says="Matters: see them and act on them as an account. 事项。")
    verb(matters, "list", reads=True)(list_matters)
    verb(matters, "show", reads=True)(show_matter)
    verb(matters, "access", reads=True)(why_access)
    acting.declare(matters)
    app.add_typer(matters)
    verb(explain, "date", reads=True)(why_date)


def list_matters(
    call: Call,
    username: AsOption = None,
    procedure: Annotated[
        str, typer.Option("--procedure", help="Only this procedure. 程序。", show_default=False)
    ] = "",
    state: Annotated[
        str,
        typer.Option("--state", help="open, closed, late or waiting. 状态。", show_default=False),
    ] = "",
    query: Annotated[
        str, typer.Option("--query", help="Words to look for. 查找。", show_default=False)
    ] = "",
    page: Annotated[int, typer.Option("--page", min=1, help="Page of the list. 第几页。")] = 1,
    size: Annotated[
        int, typer.Option("--size", min=1, max=500, help="Rows a page. 每页行数。")
    ] = 50,
) -> None:
    """List the matters an account may know of, newest first, with the true total up to 5 000.

    列出账号可以知悉的事项，新的在前。
    """
    narrowed_state = _state(call, state)
    open_data(call)
    from paizhu.casework import queries
    from paizhu.casework.cards import MatterFilter

    who = who_asks(call, username)
    narrowed = MatterFilter(procedure=procedure, state=narrowed_state, query=query)
    found = queries.matters(who, narrowed, on=_today(call), page=page, size=size)
    if call.as_json:
        call.show(found)
        return
    more = Text("多于 ", "more than ") if found.more else Text("共 ", "")
    call.say(
        Text(
            f"{more.zh}{found.total} 件，第 {found.number}/{found.pages} 页",
            f"{more.en}{found.total} {Word(found.total):matter|matters}, page {found.number} of {found.pages}",
        )
    )
    for row in found.rows:
        call.say(_row(row, call.lang))


def show_matter(
    call: Call,
    ref: Annotated[str, typer.Argument(help="Reference of the matter. 事项编号。")],
    username: AsOption = None,
) -> None:
    """Show one matter as an account may read it. Reading content leaves a read line.

    查看一个事项；阅读内容留有记录。
    """
    open_data(call)
    from paizhu.casework import reading

    card = reading.matter(who_asks(call, username), ref, now=call.now)
    call.answer(card, list(_card(card, call.lang)))


def why_access(
    call: Call,
    ref: Annotated[str, typer.Argument(help="Reference of the matter. 事项编号。")],
    username: AsOption = None,
) -> None:
    """Say through what an account may know of a matter. 说明账号为何可以知悉该事项。"""
    open_data(call)
    from paizhu.casework import reading

    lines = reading.why_access(who_asks(call, username), ref)
    call.answer(
        lines, [Text(f"{w.label.zh}：{w.text.zh}", f"{w.label.en}: {w.text.en}") for w in lines]
    )


def why_date(
    call: Call,
    ref: Annotated[str, typer.Argument(help="Reference of the matter. 事项编号。")],
    clock: Annotated[str, typer.Argument(help="Name of the clock in its procedure. 时限名。")],
    username: AsOption = None,
) -> None:
    """Explain why a time limit of a matter falls due on its day.

    说明事项的某个时限为何在该日到期。
    """
    open_data(call)
    from paizhu.casework import reading

    why = reading.why_date(who_asks(call, username), ref, clock, on=_today(call))
    lines: list[Text | str] = [_chip(why.clock)]
    lines += [Text(f"{w.label.zh}：{w.text.zh}", f"{w.label.en}: {w.text.en}") for w in why.lines]
    lines += [f"  {day.date}  {day.why.say(call.lang)}" for day in why.skipped]
    call.answer(why, lines)


# --- shown --------------------------------------------------------------------------------------


def _row(row: MatterRow, lang: str) -> str:
    listed = "；".join(line.text.say(lang) for line in row.listed)
    clock = f"  [{_chip(row.next_clock).say(lang)}]" if row.next_clock else ""
    return (
        f"{row.ref}  {row.procedure_title.say(lang)}  {row.stage_title.say(lang)}  "
        f"{row.body.say(lang)}  {listed}{clock}"
    )


def _chip(clock: ClockChip) -> Text:
    status, day = STATUS[clock.status], clock.due_date or "—"
    return Text(f"{clock.title.zh} {day} {status.zh}", f"{clock.title.en} {day} {status.en}")


def _card(card: MatterCard, lang: str) -> Iterator[Text | str]:
    yield f"{card.ref}  {card.procedure_title.say(lang)}  {card.stage_title.say(lang)}"
    yield f"{card.body.say(lang)}  {card.opened_date}"
    for field in card.fields:
        yield f"  {field.title.say(lang)}: {field.shown.say(lang)}"
    for clock in card.clocks:
        yield f"  ⏱ {_chip(clock).say(lang)}"
    for action in card.actions:
        reason = "" if action.reason is None else f" — {action.reason.say(lang)}"
        yield f"  {'→' if action.allowed else '×'} {action.title.say(lang)}{reason}"
    for line in card.timeline:
        yield f"  {line.at:%Y-%m-%d %H:%M}  {line.sentence.say(lang)}"
    for reader in card.readers:
        yield f"  ◦ {reader.who.say(lang)} ({reader.role.say(lang)}, {reader.level})"


def _today(call: Call) -> date:
    from django.utils.timezone import localtime

    return localtime(call.now).date()


State = Literal["", "open", "closed", "late", "waiting"]
STATES: tuple[State, ...] = ("", "open", "closed", "late", "waiting")


def _state(call: Call, raw: str) -> State:
    from paizhu.kernel.errors import Invalid

    for state in STATES:
        if state == raw:
            return state
    allowed = ", ".join(STATES[1:])
    raise Invalid(
        Text(
            f"--state 没有“{raw}”；可用：{allowed}。",
            f"--state: there is no “{raw}”; use {allowed}.",
        )
    )
