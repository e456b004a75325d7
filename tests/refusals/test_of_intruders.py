"""What somebody tries who has a session too old, a token too many, or a dossier to read between."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from paizhu.casework import accounts, desk
from paizhu.cli import dossiers
from paizhu.cli.call import Call
from paizhu.registry import feeds, tokens
from paizhu.web.middleware import Refusals
from tests import world as worlds
from tests.world import sign, take

NOW = timezone.now


def client_of(world, name: str) -> Client:
    client = Client()
    client.force_login(worlds.account(world, name))
    return client


def test_a_session_whose_hours_are_over_does_not_count_for_programs_either(world):
    client = client_of(world, "head")
    assert client.get("/api/me/").status_code == 200
    session = client.session
    session["until"] = NOW().timestamp() - 1
    session.save()
    assert client.get("/api/me/").status_code == 401
    assert client.get("/api/matters/").status_code == 401


@pytest.mark.parametrize("end", [accounts.close, accounts.new_link])
def test_what_lets_programs_in_ends_with_the_password_and_does_not_come_back(world, end):
    account = worlds.account(world, "head")
    ends = NOW() + timedelta(days=9)
    _, secret = tokens.issue(account, name="x", scopes=["read"], expires_at=ends, now=NOW())
    feed = feeds.make(account, now=NOW())
    asked = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/matters/", headers=asked).status_code == 200
    assert Client().get(f"/due/{feed}.ics").status_code == 200
    end(world.who("keeper"), "head", now=NOW())
    account.refresh_from_db()
    if not account.is_active:
        accounts.reopen(world.who("keeper"), "head", now=NOW())
    assert Client().get("/api/matters/", headers=asked).status_code == 401
    assert Client().get(f"/due/{feed}.ics").status_code == 404


@pytest.mark.parametrize("odd", [str(2**63), "9" * 40, "9" * 5000])
def test_numbers_larger_than_any_are_nobodys_notices(world, odd):
    client = client_of(world, "head")
    assert client.post("/notices/read/", {"id": odd}).status_code == 302
    sent = json.dumps({"ids": [int(odd[:40])]})
    answer = client.post("/api/notices/read/", sent, content_type="application/json")
    assert answer.status_code == 422


def test_a_dossier_does_not_tell_that_something_grew_from_the_answer(world, settings, tmp_path):
    """The page of the one who answers has no line for it; nor may the folder he is given."""
    settings.PAIZHU_PACKS = [*worlds.PACKS, worlds.ROOT / "tests" / "access" / "pack"]
    opened = desk.open(
        actor=world.who("one"), procedure="ask", body="WJ",
        raw={"unit": "YY", "asks": "请说明"}, now=world.now(),
    )  # fmt: skip
    raw = {"subject": "某乙", "allegation": "涉嫌规避招标", "reasons": "数据不符"}
    take(world, "one", opened.ref, "escalate", **raw)
    (child,) = sign(world, "head", opened.ref).opened
    for name, is_told in (("head", True), ("liaison", False)):
        folder = tmp_path / name
        call = Call(tmp_path, "zh", as_json=False, now=world.now())
        worlds.account(world, name)
        dossiers.write(call, opened.ref, folder, username=name)
        told = (folder / "entries.json").read_text(encoding="utf-8")
        assert ('"linked"' in told, child in told) == (is_told, is_told), name


@pytest.mark.parametrize("odd", ["\ud800", "a\0b"])
def test_what_no_database_holds_is_not_readable_to_programs(world, odd):
    client = client_of(world, "keeper")
    for sent in ({"procedure": "inquiry", "body": odd}, {"procedure": odd, "body": "WJ"}):
        answer = client.post("/api/matters/", json.dumps(sent), content_type="application/json")
        assert answer.status_code == 400


def test_what_no_database_holds_is_said_to_be_unreadable_on_the_pages(rf):
    """PostgreSQL refuses such a text with an error of its own; SQLite takes it."""
    answers = Refusals(lambda request: HttpResponse())
    refused = answers.process_exception(rf.post("/sign-in/", {"account": "a\0"}), DataError())
    assert refused is not None
    assert refused.status_code == 400
    assert answers.process_exception(rf.post("/sign-in/", {"account": "a"}), DataError()) is None
    assert answers.process_exception(rf.get("/", {"q": "\0"}), ValueError()) is None
