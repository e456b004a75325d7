"""Every procedure of the national pack is lived through on the command line, in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from typer.testing import CliRunner

from paizhu.casework import rulebook
from paizhu.casework.cards import Receipt
from paizhu.cli.main import app
from paizhu.demo.institution import Institution
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.models import Account
from paizhu.registry.principals import Who
from paizhu.rules.load import load
from tests import replay

PATHS = replay.good_paths(load([replay.PACK]))


@dataclass
class Typed:
    """The door as somebody at a terminal reaches it: words, and a file where words do not do."""

    folder: Path
    followed: replay.Followed = field(default_factory=replay.Followed)

    def open(self, *, actor: Who, procedure: str, body: str, raw: Any, now: Any, action: str):
        words = ("open", procedure, "--in", body, "--action", action)
        return self._receipt(actor, *words, *self._given(raw))

    def act(self, *, actor: Who, ref: str, action: str, raw: Any, version: int, now: Any):
        words = ("act", ref, action, "--version", str(version))
        return self._receipt(actor, *words, *self._given(raw))

    def approve(self, *, actor: Who, ref: str, proposal: int, version: int, now: Any):
        return self._receipt(actor, "approve", ref, "--proposal", str(proposal))

    def _given(self, raw: dict[str, Any]) -> list[str]:
        """Type words as they are, other values as JSON, and the last one in a file."""
        words = [
            f"{name}={value}" if isinstance(value, str) else f"{name}:={said(value)}"
            for name, value in raw.items()
        ]
        if not words:
            return []
        name = list(raw)[-1]
        file = self.folder / "given.json"
        file.write_text(said({name: raw[name]}), encoding="utf-8")
        return [part for word in (*words[:-1], str(file)) for part in ("--with", word)]

    def _receipt(self, actor: Who, *words: str) -> Receipt:
        account = Account.objects.get(person_id=actor.person)
        asked = ["matters", *words, "--as", account.username, "--json", "--data", str(self.folder)]
        done = CliRunner().invoke(app, asked)
        if done.exit_code:
            raise NotAllowed(Text(done.stdout, f"{asked}: {done.stdout} {done.exception!r}"))
        found = json.loads(done.stdout)
        return self.followed(Receipt(**{**found, "opened": tuple(found["opened"])}))


def said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


@pytest.fixture(scope="module")
def institution(django_db_setup, django_db_blocker) -> Iterator[Institution]:
    with (
        django_db_blocker.unblock(),
        override_settings(PAIZHU_PACKS=[replay.PACK]),
        transaction.atomic(),
    ):
        rulebook.forget()
        yield replay.peopled()
        transaction.set_rollback(True)
    rulebook.forget()


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_procedure_is_lived_through_on_the_command_line(
    institution, db, tmp_path, monkeypatch, name
):
    (tmp_path / "paizhu.sqlite3").touch()  # the database is the one of the tests
    monkeypatch.setenv("PAIZHU_DATA", str(tmp_path))  # taken back, whatever the command sets
    told = PATHS[name][0]
    assert replay.lived(institution, told, Typed(tmp_path)) == told.stage
