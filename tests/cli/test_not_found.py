"""What is not found: what was probably meant, where all are listed, and nothing one may not know."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from paizhu.cli.main import app
from tests.cli.conftest import Installation

runner = CliRunner()


def refused(*words: str) -> dict[str, str]:
    """Give what the refusal says, in both languages."""
    done = runner.invoke(app, [*words, "--json"])
    assert done.exit_code == 2, done.output
    said: dict[str, str] = json.loads(done.stdout)["error"]["say"]
    return said


def told(*words: str) -> Any:
    done = runner.invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("words", "meant", "listing"),
    [
        ("due C-112.decid --start 2025-01-01", "C-112.decide", "paizhu explain law"),
        ("explain law C-0400", "C-040", "paizhu explain law"),
        ("explain law supervision-lav", "supervision-law", "paizhu explain law"),
        (
            "explain law supervision-law/clue-dispose",
            "supervision-law/clue-disposal",
            "paizhu explain law supervision-law",
        ),
        ("explain procedure cluee", "clue", "paizhu explain procedure"),
    ],
)
def test_an_unknown_name_leads_to_the_nearest_and_to_all(words, meant, listing):
    said = refused(*words.split())
    assert f"是否想写“{meant}”？" in said["zh"]
    assert said["zh"].endswith(f"全部列表：{listing}")
    assert f"did you mean “{meant}”?" in said["en"]
    assert said["en"].endswith(f"All are listed by: {listing}")


def test_a_name_that_is_like_none_leads_to_all_the_same():
    assert refused("measures", "show", "9")["zh"].endswith("全部列表：paizhu measures list")


def test_what_the_refusals_point_to_is_there():
    law = runner.invoke(app, ["explain", "law", "--lang", "zh"])
    assert "\nsupervision-law  《中华人民共和国监察法》\n" in law.output
    assert "\n  C-040  函询答复\n" in law.output
    names = [one["procedure"] for one in told("explain", "procedure", "--on", "2025-10-01")]
    assert {"clue", "question"} < set(names)
    assert len(names) == len(set(names)), "each in one version"


def test_an_unknown_account_says_where_accounts_are_kept_and_names_none(installation: Installation):
    done = installation.run("matters", "list", "--as", "wj-hea", "--lang", "zh")
    assert done.code == 2
    assert "安全管理员" in done.err
    assert "/administration/security/" in done.err
    assert "wj-head" not in done.err
    assert "/administration/security/" in installation.run("matters", "waiting", "--as", "x").err


def test_an_unknown_procedure_is_not_opened_and_all_are_listed(installation: Installation):
    done = installation.run("matters", "open", "cluee", "--as", "wj-head", "--in", "WJ")
    assert done.code == 2
    assert "did you mean “clue”? All are listed by: paizhu explain procedure" in done.err


def test_an_unknown_time_limit_of_a_matter_names_those_there_are(installation: Installation):
    listed = installation.run("matters", "list", "--as", "wj-head", "--size", "500", "--json").json
    row = next(row for row in listed["rows"] if row["next_clock"])
    done = installation.run("explain", "date", row["ref"], "none", "--as", "wj-head")
    assert done.code == 2
    assert row["next_clock"]["clock"] in done.err


def test_an_unknown_return_leads_to_those_one_reads(installation: Installation):
    for verb in ("run", "show"):
        done = installation.run(
            "returns", verb, "nothing", "--body", "WJ", "--period", "2025", "--as", "wj-head"
        )
        assert (done.code, "paizhu returns list" in done.err) == (2, True)


def test_an_unknown_source_names_those_one_may_use(installation: Installation, tmp_path):
    book = tmp_path / "book.csv"
    for whose in ((), ("--as", "wj-head")):
        done = installation.run("import", "purchases", book, "--source", "wjw-purchase", *whose)
        assert done.code == 2
        assert "Did you mean “wjw-purchases”?" in done.err
    assert "数据源“none”" in installation.run(
        "measures", "run", "split_below_tender_line", "--source", "none", "--lang", "zh"
    ).err  # fmt: skip


def test_a_source_one_may_not_use_is_one_that_is_not_there(installation: Installation, tmp_path):
    def asked(*words: str) -> str:
        done = installation.run("import", "purchases", tmp_path / "b.csv", "--as", "wjw-liaison", *words)  # fmt: skip
        assert done.code == 2
        return done.err

    assert asked("--source", "wjw-purchases") == asked("--source", "none").replace("none", "wjw-purchases")  # fmt: skip
    assert "wjw-purchases" not in asked()
