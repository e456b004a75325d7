"""A small institution, and a program for each person that asks with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from paizhu.casework import rulebook
from paizhu.registry import tokens
from paizhu.registry.models import Account
from tests import world as worlds


@dataclass(frozen=True)
class Program:
    """Asks and posts as one person; the answer is the raw response."""

    secret: str
    lang: str = "en"

    def get(self, path: str, **asked: Any) -> Any:
        return Client().get(path, asked, headers=self._headers({}))

    def post(self, path: str, sent: Any, **headers: str) -> Any:
        client = Client(enforce_csrf_checks=True)
        body = sent if isinstance(sent, str) else json.dumps(sent)
        given = self._headers(headers)
        return client.post(path, body, content_type="application/json", headers=given)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.lang, **more}


@pytest.fixture
def world(db, settings):
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    yield worlds.small_world()
    rulebook.forget()


@pytest.fixture
def program(world):
    """Give a program that asks as somebody of the world, with these scopes."""

    def made(name: str, *scopes: str, lang: str = "en") -> Program:
        account = Account.objects.filter(username=name).first() or worlds.account(world, name)
        now = timezone.now()
        _, secret = tokens.issue(
            account,
            name="test",
            scopes=scopes or tuple(tokens.SCOPES),
            expires_at=now + timedelta(days=1),
            now=now,
        )
        return Program(secret, lang)

    return made
