"""A small institution with accounts, and a browser-less client for each person."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from paizhu.casework import rulebook
from tests import world as worlds

PACK = Path(__file__).resolve().parent / "pack"
PASSWORD = "a long enough phrase"


@pytest.fixture
def world(db, settings) -> worlds.World:
    settings.PAIZHU_PACKS = [*worlds.PACKS, PACK]
    rulebook.forget()
    yield worlds.small_world()
    rulebook.forget()


@pytest.fixture
def as_(world):
    """Give a client signed in as somebody of the world, answering in a language."""

    def client(name: str, lang: str = "zh") -> Client:
        account = worlds.Account.objects.filter(username=name).first()
        found = Client()
        found.force_login(account or worlds.account(world, name, PASSWORD))
        found.cookies["paizhu_lang"] = lang
        return found

    return client
