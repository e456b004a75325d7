"""The command `paizhu`. Exit code 0: good; 1: a check found something; 2: wrong use."""

from __future__ import annotations

import os
import sys

import typer

from paizhu.cli import bench, book, business, law, matters, returns, running
from paizhu.cli.verbs import DataOption, LangOption

app = typer.Typer(
    name="paizhu",
    help="Paizhu 派驻: the working platform of resident supervision. 派驻监督工作平台。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
explain = law.declare(app)
matters.declare(app, explain)
book.declare(app)
business.declare(app)
returns.declare(app)
running.declare(app)
bench.declare(app)


@app.callback()
def _before(context: typer.Context, data: DataOption = None, lang: LangOption = None) -> None:
    """Paizhu 派驻: the working platform of resident supervision. 派驻监督工作平台。"""
    context.obj = {"data": data, "lang": lang}


def main() -> None:
    """Run the command; a reader that closes the pipe early is no error."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


if __name__ == "__main__":
    main()
