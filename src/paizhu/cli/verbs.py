"""What every verb shares: the data folder, the language, JSON, and refusals without a traceback."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer

from paizhu.cli.call import FOUND, WRONG_USE, Call, language
from paizhu.cli.usage import SpeakingCommand, SpeakingGroup, in_one
from paizhu.kernel.errors import Refused

Verb = Callable[..., None]

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Data folder; else PAIZHU_DATA, else ./var. 数据目录。",
        show_default=False,
    ),
]
LangOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help="Language; else that of LANG, else Chinese. 语言。",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON. 以 JSON 回答。")]

AsOption = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="USERNAME",
        help="The account in whose name it is asked; else PAIZHU_AS. 以此账号查看或办理。",
        show_default=False,
    ),
]


def group(name: str, *, says: str) -> typer.Typer:
    """Make a group of verbs: `explain law`, `measures run`."""
    return typer.Typer(
        name=name,
        cls=SpeakingGroup,
        help=says,
        short_help=says,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def verb(app: typer.Typer, name: str, *, reads: bool = False) -> Callable[[Verb], Verb]:
    """Declare a verb. Its function takes a `Call` first; a verb that reads has `--json`."""

    def declare(function: Verb) -> Verb:
        @wraps(function)
        def run(context: typer.Context, **given: Any) -> None:
            shared = {key: given.pop(key, None) for key in ("data", "lang", "as_json")}
            call = _call(context, **shared)
            try:
                function(call, **given)
            except Refused as refused:
                call.refuse(refused, code=FOUND if hasattr(refused, "mistakes") else WRONG_USE)

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        added = [_parameter("data", DataOption), _parameter("lang", LangOption)]
        if reads:
            added.append(_parameter("as_json", JsonOption, default=False))
        context = inspect.Parameter(
            "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
        )
        keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        signature = inspect.Signature([context, *keyword, *added])
        run.__signature__ = signature  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
        app.command(name, cls=SpeakingCommand, short_help=in_one(function))(run)
        return function

    return declare


def _parameter(name: str, annotation: Any, *, default: object = None) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _call(
    context: typer.Context, *, data: Path | None, lang: str | None, as_json: bool | None
) -> Call:
    """Put together what stands before the verb and after it; what stands after wins."""
    before: dict[str, Any] = context.find_root().obj or {}
    folder = data or before.get("data") or os.environ.get("PAIZHU_DATA") or "var"
    return Call(
        data=Path(folder).resolve(),
        lang=language(lang or before.get("lang")),
        as_json=bool(as_json),
        now=datetime.now(UTC),
    )
