"""Tokens for programs, on the machine itself: make one for an account, list them, end one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from paizhu.cli.call import Call
from paizhu.cli.installation import account_of, open_data
from paizhu.cli.verbs import AsOption, group, verb
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.registry.tokens import TokenCard


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    tokens = group("token", says="Tokens with which programs act as an account. 程序令牌。")
    verb(tokens, "new", reads=True)(new)
    verb(tokens, "list", reads=True)(list_tokens)
    verb(tokens, "end", reads=True)(end)
    app.add_typer(tokens)


def new(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for. 用途。")],
    username: AsOption = None,
    scopes: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="read, act or returns; may be repeated; else read. 范围，可重复。",
            show_default=False,
        ),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=1, max=366, help="How long it counts. 有效天数。")
    ] = 30,
) -> None:
    """Make a token and show its secret, this once. 新建令牌，密文只显示这一次。"""
    open_data(call)
    from paizhu.registry import tokens

    card, secret = tokens.issue(
        account_of(username),
        name=name,
        scopes=scopes or ["read"],
        expires_at=call.now + timedelta(days=days),
        now=call.now,
    )
    call.answer({"token": card, "secret": secret}, [secret])


def list_tokens(call: Call, username: AsOption = None) -> None:
    """List the tokens of an account; their secrets nobody can show. 列出令牌。"""
    open_data(call)
    from paizhu.registry import tokens

    found = tokens.mine(account_of(username))
    call.answer(found, [_line(card, call) for card in found])


def end(
    call: Call,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="Its number. 令牌序号。")],
    username: AsOption = None,
) -> None:
    """End a token of an account; it never counts again. 停用令牌。"""
    open_data(call)
    from paizhu.registry import tokens

    card = tokens.revoke(account_of(username), number, now=call.now)
    call.answer(card, [_line(card, call)])


def _line(card: TokenCard, call: Call) -> Text:
    state = (
        Text("已停用", "ended")
        if card.revoked_at
        else Text("已到期", "expired")
        if card.expires_at <= call.now
        else Text("可用", "in use")
    )
    facts = f"{card.number}  {card.expires_at:%Y-%m-%d}  {' '.join(card.scopes)}  {card.name}"
    return Text(f"{facts}  {state.zh}", f"{facts}  {state.en}")
