"""Help and wrong use of the command: every verb in both languages, every mistake in the one asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from paizhu.cli.main import app
from paizhu.cli.usage import asked, in_chinese
from tests.cli.conftest import run

runner = CliRunner()
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{3}")
#: What the library says by itself.
THEIRS = re.compile(r"Usage|Error|Missing|No such|Invalid|Input|Option '|unexpected|Try |\[OPTIONS")


def parts(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every verb and every group of verbs, with the words one types for it."""
    yield words, command
    for word, part in getattr(command, "commands", {}).items():
        yield from parts(part, *words, word)


ALL = dict(parts(typer.main.get_command(app)))
GROUPS = [words for words, command in ALL.items() if hasattr(command, "commands")]


def wrong(*words: str, lang: str = "zh") -> str:
    done = runner.invoke(app, [*words, "--lang", lang], env={"COLUMNS": "80"})
    assert done.exit_code == 2, done.output
    return done.stderr


# --- help ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_verb_is_told_in_both_languages_in_its_help_and_in_the_list(words):
    command = ALL[words]
    for said in (command.help, command.get_short_help_str(limit=500) if words else command.help):
        assert CHINESE.search(said), said
        assert ENGLISH.search(CHINESE.sub("", said)), said


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_option_and_argument_is_told_in_chinese(words):
    silent = [one.name for one in ALL[words].params if not CHINESE.search(one.help or "")]
    assert silent == []


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_the_list_of_verbs_fits_a_terminal_in_chinese(words):
    said = runner.invoke(app, ["--lang", "zh", *words, "--help"], env={"COLUMNS": "80"}).output
    assert "用法：" in said
    assert "─ 命令 ─" in said
    assert "显示本说明" in said
    assert "…" not in said, "a sentence was cut off"
    assert THEIRS.search(said) is None


def test_help_is_headed_in_english_for_who_asks_in_english():
    said = runner.invoke(app, ["demo", "--help"], env={"LANG": "en_US.UTF-8"}).output
    assert "Usage: " in said
    assert "[default: 8000]" in said
    chinese = runner.invoke(app, ["demo", "--help"], env={"LANG": "zh_CN.UTF-8"}).output
    assert "[默认：8000]" in chinese
    assert "default" not in chinese


def test_the_exit_codes_are_said_where_one_looks_first():
    said = runner.invoke(app, ["--help", "--lang", "zh"]).output
    assert "Exit code 0: good; 1: a check found something; 2: wrong use." in said
    assert "退出码 0：正常" in said


# --- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [words for words in ALL if words], ids=" ".join)
def test_every_verb_refuses_an_unknown_option_in_chinese(words):
    said = wrong(*words, "--nothing-like-it")
    assert "错误：没有选项 --nothing-like-it。" in said
    assert f"详见：{' '.join(['paizhu', *words])} --help" in said
    assert THEIRS.search(said) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("due", "缺少参数 "),
        ("due C-040", "缺少选项 --start。"),
        ("due C-040 --start 2025-09-26 more words", "多出了参数：more words。"),
        ("due C-040 --strt 2025-09-26", "没有选项 --strt。是否想写 --start？"),
        ("due C-040 --json=yes", "选项 --json 不带值。"),
        ("measures lst", "没有命令“lst”。是否想写 list？"),
        ("nothing", "没有命令“nothing”。"),
        ("measures run m --engine abacus", "没有“abacus”；可用：duckdb, spark。"),
        ("matters list --page none", "--page 的值不对：“none”不是整数。"),
        ("matters list --page 0", "--page 的值不对：0 小于 1。"),
        ("demo --scale 99", "--scale 的值不对：99.0 不在 0.01 至 5 之间。"),
        ("demo --scale big", "--scale 的值不对：“big”不是数字。"),
    ],
)
def test_a_mistake_is_said_in_chinese_with_what_would_be_right(words, says):
    said = wrong(*words.split())
    assert says in said
    assert THEIRS.search(said) is None


def test_an_option_without_its_value_is_said_in_chinese():
    done = runner.invoke(app, ["--lang", "zh", "due", "C-040", "--start"])
    assert (done.exit_code, done.stderr) == (2, "错误：选项 --start 之后须写明它的值。\n")


def test_a_group_without_a_verb_shows_its_help_and_says_nothing_more():
    done = runner.invoke(app, ["explain"], env={"LANG": "zh_CN.UTF-8"})
    assert (done.exit_code, done.stderr) == (2, "")
    assert "用法：" in done.stdout


def test_a_mistake_is_said_in_english_for_who_asks_in_english():
    said = wrong("due", lang="en")
    assert said.startswith("Usage: ")
    assert "--help' for help.\nError: Missing argument" in said
    assert CHINESE.search(said) is None


def test_a_mistake_without_its_chinese_is_still_said():
    assert in_chinese("The disk is full.") == "The disk is full."


def test_the_language_is_found_wherever_it_stands():
    assert asked(["--lang", "en", "due"]) == "en"
    assert asked(["due", "--lang=en"]) == "en"
    assert asked(["--lang", "en", "due", "--lang", "zh"]) == "zh"


def test_a_program_that_calls_the_command_gets_the_mistake_itself():
    with pytest.raises(typer.TyperException, match="clock"):
        app(["due"], standalone_mode=False)
    assert app(["explain", "law", "C-040"], standalone_mode=False) is None


def test_the_shell_gets_the_mistake_on_the_error_channel_in_its_language():
    done = run("due", lang="zh_CN.UTF-8")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0].startswith("用法：paizhu due [选项]")
