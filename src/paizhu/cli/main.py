"""The command `paizhu`. Exit code 0: good; 1: a check found something; 2: wrong use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from functools import cache

import typer

from paizhu.cli.usage import SpeakingGroup
from paizhu.cli.verbs import DataOption, LangOption

Declare = Callable[[typer.Typer], object]


def _before(context: typer.Context, data: DataOption = None, lang: LangOption = None) -> None:
    """Paizhu 派驻: the working platform of resident supervision. 派驻监督工作平台。"""
    before = context.obj or {}
    context.obj = {"data": data, "lang": lang or before.get("lang")}


def _command(*declares: Declare) -> typer.Typer:
    made = typer.Typer(
        name="paizhu",
        cls=SpeakingGroup,
        help="Paizhu 派驻: the working platform of resident supervision. 派驻监督工作平台。\n\n"
        "Exit code 0: good; 1: a check found something; 2: wrong use.\n\n"
        "退出码 0：正常；1：检查发现问题；2：用法不对。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    made.callback()(_before)
    for declare in declares:
        declare(made)
    return made


@cache
def whole() -> typer.Typer:
    """Give the command with all its verbs."""
    from paizhu.cli import (
        bench,
        book,
        business,
        founding,
        law,
        matters,
        ocds,
        returns,
        running,
        tokens,
    )

    def first(made: typer.Typer) -> None:
        matters.declare(made, law.declare(made))

    return _command(
        first, book.declare, business.declare, ocds.declare, returns.declare, running.declare,
        founding.declare, bench.declare, tokens.declare,
    )  # fmt: skip


def __getattr__(name: str) -> typer.Typer:
    """Give `app`, made when it is first asked for."""
    if name == "app":
        return whole()
    raise AttributeError(name)


def _asked(words: list[str]) -> typer.Typer:
    """Give only the group that is asked for, where the others would take longer than the work."""
    if words[:1] == ["ocds"]:
        from paizhu.cli import ocds

        # What is garbage goes with the process; looking for it costs a part of a small file.
        gc.disable()
        return _command(ocds.declare)
    return whole()


def main() -> None:
    """Run the command; a reader that closes the pipe early is no error."""
    try:
        _asked(sys.argv[1:])(prog_name="paizhu")
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
