"""paizhu ocds: load, judge, explain and remove published procurement data."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from paizhu.cli.main import app
from tests.analysis.ocds.conftest import changed, contest, crowd, release, write

runner = CliRunner()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "city.jsonl", [*crowd(), contest("far", 900)])


@pytest.fixture
def data(tmp_path: Path) -> str:
    return str(tmp_path / "data")


def say(*words: object, code: int = 0) -> str:
    done = runner.invoke(app, ["ocds", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def ask(*words: object, code: int = 0) -> Any:
    return json.loads(say(*words, "--json", code=code))


def fill(file: Path, data: str) -> None:
    say(
        "load",
        file,
        "--store",
        "city",
        "--purpose",
        "监督",
        "--expires",
        "2999-12-31",
        "--data",
        data,
    )


def test_a_file_is_judged_without_a_store(file: Path) -> None:
    found = ask("run", file, code=1)
    assert [(f["code"], f["who"], f["rows"]) for f in found["flags"]] == [("R058", "far", [40])]
    assert next(o for o in found["outcomes"] if o["code"] == "R003")["clear"] == 41


def test_the_summary_says_how_many_could_not_be_judged_and_why(tmp_path: Path) -> None:
    unpriced = changed(contest("c", 110), "bids/details/0/value/currency", None)
    file = write(tmp_path / "x.jsonl", [unpriced])
    said = say("run", file, "--lang", "en")
    assert "R024 Price close to winning bid: raised 0, clear 0, not assessable 1, outside 0" in said
    assert "    a price has no currency: 1" in said
    assert "    有价格没有币种：1" in say("run", file, "--lang", "zh")


def test_the_equal_answer_has_the_form_of_that_tool(file: Path, tmp_path: Path) -> None:
    settings, out = tmp_path / "s.ini", tmp_path / "out.json"
    settings.write_text("currency = CNY\n[R058]\nthreshold = 5\n", "utf-8")
    assert say("run", file, "--equal", "--settings", settings, "--out", out) == ""
    assert json.loads(out.read_text("utf-8")) == {
        "OCID": {"far": {"R058": 8.0}},
        "Tenderer": {"W": {"R058": 0.0}},
        "Meta": {"R058": {"upper_fence": 5.0}},
    }
    assert json.loads(say("run", file, "--equal"))["Meta"].keys() == {
        "R024",
        "R025",
        "R038",
        "R048",
        "R058",
    }


def test_a_store_is_loaded_judged_and_removed(file: Path, data: str, tmp_path: Path) -> None:
    fill(file, data)
    assert "没有变化" in say("load", file, "--store", "city", "--data", data, "--lang", "zh")
    later = write(tmp_path / "later.jsonl", [contest("near", 100.1)])
    found = ask("run", later, "--store", "city", "--data", data, code=1)
    assert {(f["code"], f["who"]) for f in found["flags"]} == {("R024", "near"), ("R058", "far")}
    out = tmp_path / "out.json"
    assert "41 rows" not in say("run", "--store", "city", "--out", out, "--data", data, code=1)
    assert json.loads(out.read_text("utf-8")) == found
    assert "42 rows" in say("stores", "--data", data, "--lang", "en")
    assert ask("remove", "city", "--data", data) == {"removed": "city", "rows": 42}
    assert ask("stores", "--data", data) == []
    assert "no store" in say("stores", "--data", data, "--lang", "en")


def test_a_flag_is_explained_with_its_rows_in_both_languages(file: Path, data: str) -> None:
    fill(file, data)
    said = say("why", "R058", "far", "--store", "city", "--data", data, "--lang", "en")
    assert (
        "In far the second price lies 8 above the winning one; the upper fence of its kind is"
        in said
    )
    assert "  41  far  open  2025-04-01T17:00:00+08:00" in said
    assert "      valid  900.0 CNY  Lfar  2025-03-20T09:00:00+08:00" in said
    assert "      → active  None   W" in said
    assert "常见误报" in say("why", "R058", "far", file, "--lang", "zh")
    found = ask("why", "R058", "far", file)
    assert found[0]["rows"][0]["bids"][1]["tenderers"] == ["W"]


def test_little_memory_is_enough(file: Path) -> None:
    assert ask("run", file, "--memory-limit", "200MB", code=1)["rows"] == 41


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("run",), "Name a file"),
        (("run", "none.jsonl"), "none.jsonl"),
        (("run", "--store", "none"), "“none”"),
        (("run", "FILE", "--settings", "x.ini"), "--equal"),
        (("run", "FILE", "--equal", "--settings", "none.ini"), "none.ini"),
        (("load", "FILE", "--store", "new"), "--purpose"),
        (("load", "FILE", "--store", "new", "--purpose", "x", "--expires", "soon"), "--expires"),
        (("why", "R099", "x", "FILE"), "R024"),
        (("why", "R003", "far", "FILE"), "no flag R003"),
        (("remove", "none"), "“none”"),
    ],
)
def test_wrong_use_is_said(file: Path, data: str, words: tuple[str, ...], part: str) -> None:
    given = [str(file) if word == "FILE" else word for word in words]
    assert part in say(*given, "--data", data, "--lang", "en", code=2)


def test_an_empty_store_and_an_empty_file_have_nothing_to_judge(data: str, tmp_path: Path) -> None:
    fill(write(tmp_path / "empty.jsonl", []), data)
    assert "nothing" in say("run", "--store", "city", "--data", data, "--lang", "en", code=2)


def test_neither_django_nor_the_rules_are_loaded_for_an_equal_answer(tmp_path: Path) -> None:
    """Ten thousand releases take less than what their import would."""
    file = write(tmp_path / "x.jsonl", [release("a", [], numberOfTenderers=1)])
    script = (
        "import sys\nfrom paizhu.cli import main\n"
        f"sys.argv = ['paizhu', 'ocds', 'run', {str(file)!r}, '--equal']\n"
        "try:\n    main.main()\nfinally:\n"
        "    sys.stderr.write(' '.join(sorted({name.split('.')[0] for name in sys.modules}) "
        "+ [name for name in sys.modules if name.startswith('paizhu.rules')]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["OCID"] == {"a": {"R018": 1.0}}
    assert {"duckdb", "paizhu"} <= set(done.stderr.split())
    assert not {"django", "ruamel", "sqlglot", "rich"} & set(done.stderr.split())
