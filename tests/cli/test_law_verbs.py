"""check, due and explain need no data folder, and say where a date comes from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paizhu.cli.main import app
from tests.cli.conftest import run

runner = CliRunner()
ROOT = Path(__file__).resolve().parents[2]


def ask(*words: str, code: int = 0):
    done = runner.invoke(app, [*words, "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.output)


# --- due ----------------------------------------------------------------------------------------


def test_a_legal_date_comes_with_rule_article_version_confidence_and_days_skipped():
    found = ask("due", "C-040", "--start", "2025-09-26")
    assert found["due_date"] == "2025-10-23"
    assert found["rule"]["instrument"] == "discipline-enforcement-rules"
    assert (found["article"], found["version"]) == ("第二十九条", "2019-01-01")
    assert (found["limit"], found["confidence"]) == ("15 working days", "T")
    skipped = {one["date"]: one["why"]["en"] for one in found["skipped"]}
    assert skipped["2025-10-06"] == "Mid-autumn Festival"
    assert skipped["2025-09-27"] == "Saturday"
    # Two working weekends around the holiday count.
    assert not {"2025-09-28", "2025-10-11"} & set(skipped)


def test_a_limit_counts_from_receipt_when_it_is_given():
    later = ask("due", "C-040", "--start", "2025-09-28", "--receipt", "2025-09-26")
    assert (later["counted_from"], later["due_date"]) == ("2025-09-26", "2025-10-23")


def test_a_pause_stops_the_counting():
    found = ask("due", "C-040", "--start", "2025-09-26", "--pause", "2025-10-13..2025-10-20")
    assert found["due_date"] == "2025-10-30"
    two = ["--pause", "2025-10-13..2025-10-15", "--pause", "2025-10-16..2025-10-17"]
    assert ask("due", "C-040", "--start", "2025-09-26", *two)["due_date"] == "2025-10-28"


def test_an_open_pause_leaves_the_date_unknown():
    found = ask("due", "C-040", "--start", "2025-09-26", "--pause", "2025-10-13..")
    assert found["due_date"] is None
    assert found["held"]


def test_the_law_is_that_of_the_day_asked_for():
    new = ask("due", "C-070", "--start", "2025-06-02")
    assert new["version"] == "2025-06-01"
    old = ask("due", "C-040", "--start", "2025-09-26", "--on", "2018-12-31")
    assert not old["in_force"]


def test_what_is_left_is_said_for_the_day_asked_for():
    assert ask("due", "C-040", "--start", "2025-09-26", "--on", "2025-10-20")["days_left"] == 3
    assert ask("due", "C-040", "--start", "2025-09-26", "--on", "2025-10-27")["days_left"] == -2


def test_a_date_beyond_the_published_years_is_provisional():
    assert ask("due", "C-040", "--start", "2031-04-20")["provisional"]
    assert "not published" in runner.invoke(
        app, ["due", "C-040", "--start", "2031-04-20", "--lang", "en"]
    ).output  # fmt: skip


def test_a_limit_before_an_event_is_counted_back():
    found = ask("due", "C-081", "--start", "2026-10-12")
    assert (found["direction"], found["due_date"]) == ("before", "2026-09-22")
    # Twenty days before 29 October 2025 is a day of a holiday... the day before it counts.
    assert ask("due", "C-081", "--start", "2025-10-28")["due_date"] == "2025-09-30"


def test_a_clock_of_several_phases_gives_each():
    found = ask("due", "C-112", "--start", "2025-09-26")
    assert [one["ref"] for one in found["phases"]] == ["C-112.apply", "C-112.decide"]
    one = ask("due", "C-112.decide", "--start", "2025-09-26")
    assert one["due_date"] == found["phases"][1]["due_date"]


def test_every_legal_clock_and_effect_can_be_asked_for():
    from paizhu.cli.packs import rulebook

    law = rulebook().law
    asked = [*law.clocks, *law.effects]
    assert len(law.clocks) >= 97
    for ref in asked:
        found = ask("due", ref, "--start", "2025-09-26")
        for one in found.get("phases", [found]):
            assert one["article"]
            assert one["confidence"] in ("T", "T*", "S", "L", "M+", "M-")
            assert one["due_date"] or one["due_moment"] or one["limit"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["due", "C-999", "--start", "2025-01-01"], "C-999"),
        (["due", "C-040", "--start", "2025-13-01"], "2025-13-01"),
        (["due", "C-040", "--start", "2025-01-01", "--pause", "2025-01-02"], "2025-01-02"),
        (["due", "C-040", "--start", "2025-01-01", "--pause", "2025-02-02..2025-01-02"], "backwards"),
        (["due", "supervision-law/clue-disposal", "--start", "2025-01-01"], "provision"),
        (["explain", "law", "no-such-law"], "no-such-law"),
        (["explain", "procedure", "cluee"], "clue"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words_and_in_json(words, says):
    done = runner.invoke(app, ["--lang", "en", *words])
    assert done.exit_code == 2
    assert says in done.output
    error = ask(*words, code=2)["error"]
    assert error["say"]["zh"]
    assert says in error["say"]["en"]


# --- explain ------------------------------------------------------------------------------------


def test_a_provision_is_explained_with_its_article_by_version():
    found = ask("explain", "law", "supervision-law/clue-disposal", "--on", "2020-01-01")
    assert found["basis"]["article"] == "第三十七条"
    assert {"since": "2025-06-01", "is": "第四十条"} in found["articles"]


def test_an_instrument_is_explained_with_what_can_be_cited_from_it():
    found = ask("explain", "law", "supervision-law")
    assert "clue-disposal" in found["provisions"]
    assert found["versions"] == ["2018-03-20", "2025-06-01"]


def test_a_procedure_is_explained_in_both_languages_by_its_version():
    old = ask("explain", "procedure", "clue", "--on", "2024-01-01")
    new = ask("explain", "procedure", "clue", "--on", "2026-01-01")
    assert (old["effective_from"], new["effective_from"]) == ("2021-09-20", "2025-06-01")
    assert "stateDiagram" in new["manual"]["zh"]
    assert new["manual"]["en"] != new["manual"]["zh"]


# --- check --------------------------------------------------------------------------------------


def test_the_packs_of_the_project_pass():
    found = ask("check")
    assert found["good"]
    assert found["scenarios"]["run"] >= 18
    assert found["scenarios"]["failures"] == []


def test_a_mistake_has_its_file_line_key_and_what_is_allowed(tmp_path):
    (tmp_path / "bad" / "calendars").mkdir(parents=True)
    pack = tmp_path / "bad" / "pack.yaml"
    pack.write_text(
        'pack: bad\ntitle: {zh: 坏, en: Bad}\nversion: "1"\nlicense: MIT\n', encoding="utf-8"
    )
    found = ask("check", str(tmp_path / "bad"), code=1)
    assert not found["good"]
    mistake = next(one for one in found["mistakes"] if one["line"] == 4)
    assert (mistake["file"], mistake["key"]) == (pack.as_posix(), "license")
    assert "licence" in mistake["allowed"]
    words = runner.invoke(app, ["check", str(tmp_path / "bad"), "--lang", "en"]).output
    assert f"{pack.as_posix()}:4: license: " in words
    assert "licence" in words


def test_a_pack_brings_what_it_needs():
    found = ask("check", str(ROOT / "packs" / "example-local"))
    assert [Path(one).name for one in found["packs"]] == ["cn-discipline", "example-local"]


def test_a_scenario_that_goes_otherwise_is_found(tmp_path):
    import shutil

    pack = tmp_path / "cn-discipline"
    # Scenarios ask nothing of measures, whose cases take longer than all else.
    shutil.copytree(
        ROOT / "packs" / "cn-discipline", pack, ignore=shutil.ignore_patterns("measures")
    )
    scenario = next(pack.glob("procedures/question/scenarios/*.yaml"))
    text = scenario.read_text(encoding="utf-8")
    assert "stage: asked" in text
    scenario.write_text(text.replace("stage: asked", "stage: closed", 1), encoding="utf-8")
    found = ask("check", str(pack), code=1)
    failure = found["scenarios"]["failures"][0]
    assert failure["file"] == scenario.as_posix()
    assert failure["line"] > 1


def test_a_case_of_a_measure_that_fails_is_found(tmp_path):
    import shutil

    pack = tmp_path / "cn-discipline"
    name = "split_below_tender_line"

    def others(folder: str, names: list[str]) -> list[str]:
        """Leave out what takes long and is not looked at: scenarios, and all other measures."""
        is_measures = Path(folder).name == "measures"
        return [one for one in names if one == "scenarios" or (is_measures and one != name)]

    shutil.copytree(ROOT / "packs" / "cn-discipline", pack, ignore=others)
    cases = pack / "measures" / name / "cases.yaml"
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text.replace("amount: 148000.5", "amount: 8000.5", 1), encoding="utf-8")
    found = ask("check", str(pack), code=1)
    assert found["mistakes"][0]["key"] == "three-with-one-supplier"


# --- the real command ---------------------------------------------------------------------------


def test_the_command_answers_in_the_language_asked_for():
    assert "到期　　2025-10-23" in run("due", "C-040", "--start", "2025-09-26", lang="C.UTF-8").out
    assert "due         2025-10-23" in run("due", "C-040", "--start", "2025-09-26").out
    assert "到期" in run("--lang", "zh", "due", "C-040", "--start", "2025-09-26").out


def test_wrong_use_of_the_command_ends_with_2():
    assert run("due").code == 2
    assert run("no-such-verb").code == 2
    assert run("due", "C-040", "--start", "x").code == 2


def test_a_legal_date_needs_no_data_folder_and_no_database(tmp_path):
    env = {"PAIZHU_DATA": str(tmp_path / "none"), "PAIZHU_DATABASE_URL": "postgres://nowhere/none"}
    assert run("due", "C-040", "--start", "2025-09-26", env=env).code == 0
    assert run("check", env=env).code == 0
    assert not (tmp_path / "none").exists()


def test_a_legal_date_loads_neither_django_nor_the_business_store():
    import subprocess
    import sys

    script = (
        "import sys; from paizhu.cli.main import app\n"
        "app(['due', 'C-040', '--start', '2025-09-26'], standalone_mode=False)\n"
        "print([m for m in ('django', 'duckdb', 'rich.console', 'gunicorn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "[]"
