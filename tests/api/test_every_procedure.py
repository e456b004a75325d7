"""Every procedure of the national pack is lived through over HTTP, each person with a token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from paizhu.casework import rulebook
from paizhu.casework.cards import Receipt
from paizhu.demo.institution import Institution
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry import tokens
from paizhu.registry.models import Account
from paizhu.registry.principals import Who
from paizhu.rules.load import load
from tests import replay

BOOK = load([replay.PACK])
PATHS = replay.good_paths(BOOK)


@dataclass
class Programs:
    """The door as programs reach it: look what is open, then send what it asks for."""

    secrets: dict[int, str] = field(default_factory=dict)
    followed: replay.Followed = field(default_factory=replay.Followed)

    def open(self, *, actor: Who, procedure: str, body: str, raw: Any, now: Any, action: str):
        sent = {"procedure": procedure, "body": body, "values": raw, "action": action}
        return self._receipt(actor, "", sent)

    def act(self, *, actor: Who, ref: str, action: str, raw: Any, version: int, now: Any):
        seen = self._asked(actor, f"{ref}/actions/")
        (offered,) = [one for one in seen["actions"] if one["card"]["action"] == action]
        assert offered["card"]["allowed"], offered["card"]["reason"]
        assert set(raw) <= set(offered["input"]["properties"])
        sent = {"version": seen["version"], "values": raw}
        return self._receipt(actor, f"{ref}/actions/{action}/", sent)

    def approve(self, *, actor: Who, ref: str, proposal: int, version: int, now: Any):
        seen = self._asked(actor, f"{ref}/")
        assert any(one["may_approve"] for one in seen["proposals"])
        sent = {"version": seen["version"]}
        return self._receipt(actor, f"{ref}/proposals/{proposal}/approve/", sent)

    def _asked(self, actor: Who, path: str) -> Any:
        answer = self._client(actor).get(f"/api/matters/{path}", headers=self._headers(actor))
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def _receipt(self, actor: Who, path: str, sent: dict[str, Any]) -> Receipt:
        answer = self._client(actor).post(
            f"/api/matters/{path}",
            sent,
            content_type="application/json",
            headers=self._headers(actor),
        )
        if answer.status_code not in (200, 201):
            said = answer.content.decode()
            raise NotAllowed(Text(said, said))
        found = answer.json()
        return self.followed(Receipt(**{**found, "opened": tuple(found["opened"])}))

    def _client(self, actor: Who) -> Client:
        return Client(enforce_csrf_checks=True)

    def _headers(self, actor: Who) -> dict[str, str]:
        if actor.person not in self.secrets:
            now = timezone.now()
            account = Account.objects.get(person_id=actor.person)
            _, self.secrets[actor.person] = tokens.issue(
                account,
                name="replay",
                scopes=["read", "act"],
                expires_at=now + timedelta(days=1),
                now=now,
            )
        return {"Authorization": f"Bearer {self.secrets[actor.person]}"}


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


def test_every_procedure_has_a_path_that_ends_well():
    assert set(PATHS) == set(BOOK.procedures)


@pytest.mark.parametrize("name", sorted(PATHS))
def test_a_procedure_is_lived_through_over_http(institution, db, name):
    told = PATHS[name][0]
    assert replay.lived(institution, told, Programs()) == told.stage
