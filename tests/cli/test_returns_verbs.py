"""Returns on the command line, over a small demonstration: list, run, show, check."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import date

import pytest

from tests.cli.conftest import Installation

PERIOD = str(date.today().year)  # noqa: DTZ011 - the demonstration ends on the day of this machine
CHOSEN = ("--body", "WJ", "--period", PERIOD)


@pytest.fixture
def own(installation, tmp_path):
    """A copy, so that what is kept here disturbs nobody."""
    if installation.env:
        return installation
    shutil.copytree(installation.data, tmp_path / "data")
    return Installation(tmp_path / "data", installation.env)


def changing(own):
    """Open the database behind the back of the command."""
    if not own.env:
        return sqlite3.connect(own.data / "paizhu.sqlite3")
    import psycopg

    return psycopg.connect(own.env["PAIZHU_DATABASE_URL"])


def test_a_return_is_listed_counted_shown_and_counted_again(own):
    listed = own.run("returns", "list", "--as", "wj-head", "--json").json
    assert "closure_by_year" in {one["name"] for one in listed}
    assert (
        "尚未统计"
        in own.run(
            "returns", "show", "closure_by_year", *CHOSEN, "--as", "wj-head", "--lang", "zh"
        ).out
    )
    run = own.run("returns", "run", "closure_by_year", *CHOSEN, "--as", "wj-head")
    assert run.code == 0
    assert "Suggestions and repairs carried out, by year" in run.out
    assert f"\n{PERIOD} | " in run.out
    shown = own.run(
        "returns", "show", "closure_by_year", *CHOSEN, "--as", "wj-head", "--lang", "zh"
    )
    assert "依据台账第" in shown.out
    checked = own.run("returns", "check")
    assert checked.code == 0
    assert "again; 0 differ." in checked.out


def test_whoever_does_not_read_a_return_is_told_there_is_none(own):
    refused = own.run("returns", "run", "closure_by_year", *CHOSEN, "--as", "wj-officer-1")
    assert refused.code == 2
    assert "not yours to see" in refused.err
    assert "No return is yours to read." in own.run("returns", "list", "--as", "wj-officer-1").out


def test_a_figure_changed_in_the_database_is_found_with_exit_code_one(own):
    own.run("returns", "run", "closure_by_year", *CHOSEN, "--as", "wj-head")
    with changing(own) as database:
        database.execute("UPDATE analysis_computation SET seq = seq - 1")
    done = own.run("returns", "check", "--json")
    assert done.code == 1
    assert {one["outcome"] for one in json.loads(done.out)} == {"altered"}
    with changing(own) as database:
        database.execute("UPDATE analysis_computation SET seq = seq + 1")
