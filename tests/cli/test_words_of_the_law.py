"""What explain and matters say in words, in both languages; JSON is tested beside it."""

import pytest
from typer.testing import CliRunner

from paizhu.cli.main import app
from tests.cli.conftest import run

runner = CliRunner()


def say(*words: str, lang: str = "en") -> str:
    done = runner.invoke(app, ["--lang", lang, *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_clock_is_said_with_its_limit_by_version_and_how_surely_it_was_read():
    said = say("explain", "law", "C-040", "--on", "2025-09-26")
    assert "Limit: 15 working days" in said
    assert "Confidence: T (" in said
    assert "第二十九条" in said
    chinese = say("explain", "law", "C-040", lang="zh")
    assert "期限：15个工作日" in chinese
    assert "working day" not in chinese


def test_how_surely_a_rule_was_read_is_said_in_the_words_of_the_pages():
    assert "核对程度：T（已读原文）" in say("explain", "law", "C-040", lang="zh")
    counted = say("due", "C-040", "--start", "2025-09-26", lang="zh")
    assert "核对程度　T（已读原文）" in counted
    assert "把握" not in counted


def test_a_phase_of_a_clock_is_said_by_its_own_limit():
    assert "Limit: " in say("explain", "law", "C-112.decide", "--on", "2025-09-26")


def test_a_clock_without_a_number_says_where_the_day_stands():
    said = say("explain", "law", "C-130", "--on", "2025-09-26")
    assert "Limit: " in said
    assert "working days" not in said
    assert (
        "Thirty days must not be hard-coded." in say("explain", "law", "C-130") or "三十日" in said
    )


def test_a_provision_is_said_in_its_words():
    said = say("explain", "law", "suggestions/reply", "--on", "2025-09-26")
    assert "The time to reply is written in the suggestion" in said


def test_an_effect_period_is_said_with_its_row():
    assert "Limit: " in say("explain", "law", "E-01", "--on", "2025-09-26")


def test_an_instrument_is_said_with_its_versions_its_end_and_what_can_be_cited():
    said = say("explain", "law", "discipline-enforcement-rules-trial")
    assert "In force until: 2018-12-31" in said
    assert "discipline-enforcement-rules-trial/" in said
    assert "施行至：2018-12-31" in say(
        "explain", "law", "discipline-enforcement-rules-trial", lang="zh"
    )
    assert "C-040" in say("explain", "law", "discipline-enforcement-rules")


def test_a_rule_not_in_force_on_a_day_says_so():
    said = say("explain", "law", "supervision-law/clue-disposal", "--on", "2001-01-01")
    assert "not in force on that day" in said


def test_matters_are_said_line_by_line_with_what_presses(installation):
    said = installation.run("matters", "list", "--as", "wj-head", "--size", "5").out
    assert "matters, page 1 of" in said.splitlines()[0]
    assert len(said.splitlines()) == 6
    ref = said.splitlines()[1].split()[0]
    shown = installation.run("matters", "access", ref, "--as", "wj-head")
    assert ": " in shown.out


def test_a_small_bench_installation_is_filled_once_and_answers(tmp_path):
    data = tmp_path / "bench"
    done = run("--data", data, "bench", "seed", "--matters", "40", "--teams", "1")
    assert done.code == 0, done.err
    assert "accounts, such as t01-head-1" in done.out
    found = run("--data", data, "matters", "list", "--as", "t01-head-1", "--json")
    assert found.json["total"] > 0


@pytest.mark.parametrize("ref", ["C-999", "no-such-law/reply", "supervision-law/nothing"])
def test_what_cannot_be_cited_names_what_can(ref):
    done = runner.invoke(app, ["--lang", "en", "explain", "law", ref])
    assert done.exit_code != 0
