"""Acting from a terminal, in this process, over a small institution."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from paizhu.casework import rulebook
from paizhu.cli.main import app
from tests import world as worlds
from tests.world import INQUIRY, inquiry


@dataclass(frozen=True)
class Terminal:
    """Types a command and reads what comes back."""

    folder: Path

    def __call__(self, *words: object, name: str = "", code: int = 0) -> str:
        given = [str(word) for word in words] + ["--data", str(self.folder), "--lang", "en"]
        done = CliRunner().invoke(app, [*given, *(["--as", name] if name else [])])
        assert done.exit_code == code, (given, done.output, done.exception)
        return done.output

    def json(self, *words: object, name: str = "") -> Any:
        return json.loads(self(*words, "--json", name=name))


@pytest.fixture
def world(db, settings):
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    made = worlds.small_world()
    for name in ("keeper", "head", "section_head", "one", "two", "leader", "other_head"):
        worlds.account(made, name)
    yield made
    rulebook.forget()


@pytest.fixture
def types(world, tmp_path, monkeypatch):
    (tmp_path / "paizhu.sqlite3").touch()  # the database is the one of the tests
    monkeypatch.setenv("PAIZHU_DATA", str(tmp_path))
    return Terminal(tmp_path)


def given(**values: str) -> list[str]:
    return [part for name, value in values.items() for part in ("--with", f"{name}={value}")]


def test_a_matter_is_opened_proposed_returned_proposed_again_and_signed(world, types):
    opened = types("matters", "open", "inquiry", *given(**INQUIRY), name="keeper")
    ref = opened.split()[0]
    assert "done, page 1 of the ledger" in opened
    seats = [part for one in ("one", "two") for part in ("--with", f"seats={world.key(one)}")]
    assert "proposed" in types("matters", "act", ref, "hand_over", *seats, name="keeper")
    assert ref in types("matters", "waiting", name="head")
    assert "proposal 2" in types("matters", "actions", ref, name="head")
    types("matters", "return", ref, "--reasons", "look again", name="head")
    assert "Nothing waits" in types("matters", "waiting", name="head")
    types("matters", "act", ref, "hand_over", *seats, name="keeper")
    types("matters", "withdraw", ref, "--reasons", "too early", name="keeper")
    types("matters", "act", ref, "hand_over", *seats, name="keeper")
    types("matters", "approve", ref, name="head")
    card = types.json("matters", "show", ref, name="one")
    assert card["stage"] == "triage"
    assert "Head of the team" in types("matters", "access", ref, name="head")


def test_standing_verbs(world, types):
    ref = inquiry(world, "triage").ref
    types("matters", "note", ref, "looked through", name="head")
    people = (world.key("one"), world.key("three"))
    types("matters", "assign", ref, "handler", *people, name="section_head")
    types("matters", "correct", ref, "summary", "anew", "--reasons", "a slip", name="keeper")
    types("matters", "recuse", ref, world.key("two"), "--reasons", "a relative", name="head")
    shown = types("matters", "show", ref, name="keeper")
    assert "anew" in shown
    assert "no such matter" in types("matters", "show", ref, name="two", code=2)


def test_a_substitute_is_appointed_where_nobody_may_sign(world, types):
    ref = inquiry(world, "proposed").ref
    types("matters", "recuse", ref, world.key("head"), "--reasons", "a friend", name="head")
    words = ("substitute", ref, "head", world.key("section_head"), "--reasons", "recused")
    types("matters", *words, name="leader")
    types("matters", "approve", ref, name="section_head")


def test_an_action_says_what_it_asks_for_or_why_not(world, types):
    ref = inquiry(world).ref
    asked = types("matters", "actions", ref, name="keeper")
    assert "→ hand_over" in asked
    assert "* seats" in asked
    assert "× " in types("matters", "actions", ref, name="section_head")
    assert types.json("matters", "actions", ref, name="keeper")["version"] == 1


def test_an_old_version_is_refused_and_the_newest_is_meant_without_one(world, types):
    ref = inquiry(world).ref
    types("matters", "note", ref, "first", name="head")
    refused = types("matters", "note", ref, "late", "--version", 1, name="head", code=2)
    assert "Nothing of yours was stored" in refused
    types("matters", "note", ref, "second", name="head")


def test_which_proposal_and_which_body_are_asked_for_where_it_is_not_clear(world, types):
    ref = inquiry(world).ref
    assert "No proposal waits" in types("matters", "approve", ref, name="head", code=2)
    worlds.Tenure.objects.create(
        person=world.people["keeper"],
        post=worlds.Post.objects.get(body=world.bodies["JY"], key="keeper"),
        since=worlds.date(2024, 1, 1),
    )
    asked = types("matters", "open", "inquiry", *given(**INQUIRY), name="keeper", code=2)
    assert "--in: JY, WJ" in asked
    types("matters", "open", "inquiry", "--in", "JY", *given(**INQUIRY), name="keeper")
    refused = types("matters", "open", "inquiry", *given(**INQUIRY), name="one", code=2)
    assert "may not open" in refused
    assert "nothing" in types("matters", "open", "nothing", name="keeper", code=2)


def test_what_is_filled_in_may_come_from_files_words_and_json(world, types, tmp_path):
    file = tmp_path / "given.yaml"
    file.write_text("summary: 文件里的\nsource: forwarded\n", encoding="utf-8")
    rest = {k: v for k, v in INQUIRY.items() if k not in ("summary", "source", "named")}
    words = ("--with", file, *given(**rest), "--with", "named:=true", "--with", "summary=后写的")
    ref = types.json("matters", "open", "inquiry", *words, name="keeper")["ref"]
    assert "后写的" in types("matters", "show", ref, name="keeper")


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("nowhere.json", "There is no file"),
        ("named:=yes", "is no JSON"),
        ("broken.yaml", "can be read"),
        ("list.yaml", "keys and values"),
    ],
)
def test_what_can_not_be_read_is_refused_before_anything_is_asked(types, tmp_path, word, says):
    (tmp_path / "broken.yaml").write_text("a: [", encoding="utf-8")
    (tmp_path / "list.yaml").write_text("- a\n", encoding="utf-8")
    place = tmp_path / word if word.endswith("yaml") else word
    words = ("matters", "open", "inquiry", "--with", place)
    assert says in types(*words, name="keeper", code=2)


def test_wrong_input_is_said_by_field_and_in_json_too(types):
    words = given(**{**INQUIRY, "received_date": "soon"})
    refused = types("matters", "open", "inquiry", *words, name="keeper", code=2)
    assert "received_date" in refused
    told = types("matters", "open", "inquiry", *words, "--json", name="keeper", code=2)
    assert "received_date" in json.loads(told)["error"]["fields"]


def test_a_token_is_made_listed_and_ended(types):
    secret = types(
        "token", "new", "nightly", "--scope", "read", "--scope", "act", name="head"
    ).strip()
    assert secret.startswith("paizhu_")
    listed = types("token", "list", name="head")
    assert secret not in listed
    assert "read act  nightly  in use" in listed
    number = listed.split()[0]
    assert "ended" in types("token", "end", number, name="head")
    assert "no such token" in types("token", "end", number, name="keeper", code=2)
    assert "one scope" in types("token", "new", "x", "--scope", "all", name="head", code=2)
    made = types.json("token", "new", "x", name="head")
    assert made["token"]["scopes"] == ["read"]
