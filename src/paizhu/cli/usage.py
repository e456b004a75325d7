"""What the command says of its own use, help and mistakes, in the language asked for.

Typer speaks English alone. Its sentences are few, and each is said here in Chinese.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final

from typer import TyperException
from typer.core import TyperCommand, TyperGroup

from paizhu.cli.call import language
from paizhu.kernel.text import Lang, Text

_OPTION: Final = "--lang"
#: A sentence of the library, and ours. What stands in brackets goes where its number is.
_SENTENCES: Final = (
    (r"Missing argument '(.+)'\.", "缺少参数 {1}。"),
    (r"Missing option '(.+)'\.", "缺少选项 {1}。"),
    (r"Missing command\.", "缺少命令。"),
    (r"No such option: (\S+)", "没有选项 {1}。"),
    (r"No such option: (\S+) \(Possible options: (.+)\)", "没有选项 {1}。是否想写 {2}？"),
    (r"No such command '(.+)'\.", "没有命令“{1}”。"),
    (r"No such command '(.+)'\. Did you mean (.+)\?", "没有命令“{1}”。是否想写 {2}？"),
    (r"Option '(.+)' requires an argument\.", "选项 {1} 之后须写明它的值。"),
    (r"Option '(.+)' does not take a value\.", "选项 {1} 不带值。"),
    (r"Got unexpected extra argument\(s\) \((.+)\)", "多出了参数：{1}。"),
    (r"Invalid value for '(.+?)': (.+)", "{1} 的值不对：{2}"),
    (r"'?(.+?)'? is not a valid int(?:eger)?(?: range)?\.", "“{1}”不是整数。"),
    (r"'?(.+?)'? is not a valid float(?: range)?\.", "“{1}”不是数字。"),
    (r"(\S+) is not in the range x>=(\S+)\.", "{1} 小于 {2}。"),
    (r"(\S+) is not in the range x<=(\S+)\.", "{1} 大于 {2}。"),
    (r"(\S+) is not in the range (\S+)<=x<=(\S+)\.", "{1} 不在 {2} 至 {3} 之间。"),
    (r"'?(.*?)'? is not one of (.+)\.", "没有“{1}”；可用：{2}。"),
)
_USAGE: Final = (("Usage: ", "用法："), ("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]", "命令 [参数]"))
#: The fixed words of the help, by the names under which the library keeps them.
_HEADS: Final = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "DEFAULT_STRING": "[默认：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
_HELP: Final = "Show this message and exit. 显示本说明。"


def asked(words: Sequence[str]) -> Lang:
    """Give the language named anywhere among the words, since a mistake ends their reading."""
    named = [after for word, after in pairwise(words) if word == _OPTION]
    named += [word.partition("=")[2] for word in words if word.startswith(f"{_OPTION}=")]
    return language(named[-1] if named else None)


def in_chinese(sentence: str) -> str:
    """Say a sentence of the library in Chinese; one that it did not have before stays as it is."""
    for theirs, ours in _SENTENCES:
        found = re.fullmatch(theirs, sentence, re.DOTALL)
        if found:
            named = (in_chinese(part).replace("'", "") for part in found.groups())
            return ours.format(sentence, *named)
    return sentence


def in_one(function: Callable[..., object]) -> str:
    """Give what a verb does on one line, in both languages: how it stands in the list of verbs."""
    said = inspect.cleandoc(function.__doc__ or "").split("\n\n")[:2]
    return " ".join(" ".join(said).split())


class _Speaking:
    """What a verb and a group of verbs share."""

    def get_usage(self, ctx: Any) -> str:
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        for theirs, ours in _USAGE if _spoken(ctx) == "zh" else ():
            usage = usage.replace(theirs, ours)
        return usage

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        option.help = _HELP
        return option

    def format_help(self, ctx: Any, formatter: Any) -> None:
        with _heads(_spoken(ctx)):
            super().format_help(ctx, formatter)  # type: ignore[misc]


class SpeakingCommand(_Speaking, TyperCommand):
    """A verb."""


class SpeakingGroup(_Speaking, TyperGroup):
    """A group of verbs, or the whole command."""

    def main(  # type: ignore[override]  # nobody gives more by place
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run it; say a wrong use as every refusal is said: in lines, in one language."""
        extra.setdefault("obj", {"lang": asked(sys.argv[1:] if args is None else args)})
        try:
            code = super().main(args, standalone_mode=False, **extra)
        except TyperException as wrong:
            if not standalone_mode:
                raise
            _say(wrong, extra["obj"]["lang"])
            sys.exit(wrong.exit_code)
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)


def _say(wrong: TyperException, lang: Lang) -> None:
    sentence = wrong.format_message()
    if not sentence:
        # Help was printed in place of it.
        return
    lines = []
    context = getattr(wrong, "ctx", None)
    if context is not None:
        help_of = f"{context.command_path} --help"
        lines = [
            context.get_usage(),
            Text(f"详见：{help_of}", f"Try '{help_of}' for help.").say(lang),
        ]
    lines.append(Text(f"错误：{in_chinese(sentence)}", f"Error: {sentence}").say(lang))
    sys.stderr.write("\n".join(lines) + "\n")


def _spoken(context: Any) -> Lang:
    """Give the language of this use; without one that began at `main`, that of the machine."""
    return language((context.find_root().obj or {}).get("lang"))


@contextmanager
def _heads(lang: Lang) -> Iterator[None]:
    """Put our words where the library keeps its own, while it writes help."""
    from typer import rich_utils

    theirs = {name: getattr(rich_utils, name) for name in _HEADS}
    try:
        for name, words in _HEADS.items() if lang == "zh" else ():
            setattr(rich_utils, name, words)
        yield
    finally:
        for name, words in theirs.items():
            setattr(rich_utils, name, words)
