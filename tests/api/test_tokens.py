"""A token lets one account's program in, for its scopes, until its day; never further."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.registry import tokens
from paizhu.registry.models import Token
from tests import world as worlds
from tests.world import inquiry


def issued(account, **changes):
    now = timezone.now()
    given = {
        "name": "nightly list",
        "scopes": ["read"],
        "expires_at": now + timedelta(days=30),
        "now": now,
    }
    return tokens.issue(account, **{**given, **changes})


def asks(secret: str, path: str = "/api/me/"):
    return Client().get(path, headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def account(world):
    return worlds.account(world, "head")


def test_only_a_digest_of_the_secret_is_kept(account):
    card, secret = issued(account)
    row = Token.objects.values().get(pk=card.number)
    assert secret.removeprefix(tokens.PREFIX) not in str(row)
    assert asks(secret).json()["token"]["name"] == "nightly list"
    assert Token.objects.get(pk=card.number).used_date == timezone.localdate()


def test_a_token_counts_until_it_is_revoked_or_its_account_is_closed(account):
    card, secret = issued(account)
    _, other = issued(account)
    assert asks(secret).status_code == 200
    ended = tokens.revoke(account, card.number, now=timezone.now())
    assert tokens.revoke(account, card.number, now=timezone.now()).revoked_at == ended.revoked_at
    assert asks(secret).status_code == 401
    assert asks(other).status_code == 200
    account.is_active = False
    account.save()
    assert asks(other).status_code == 401


def test_a_token_ends_at_its_moment(account):
    now = timezone.now()
    _, secret = issued(account, expires_at=now + timedelta(hours=1))
    assert tokens.of_secret(secret, now=now) is not None
    assert tokens.of_secret(secret, now=now + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires"),
        ({"expires_at": timezone.now() + timedelta(days=400)}, "expires"),
    ],
)
def test_a_token_names_its_use_a_scope_and_an_end(account, changes, field):
    with pytest.raises(Invalid) as refused:
        issued(account, **changes)
    assert set(refused.value.fields) == {field}


def test_a_token_of_somebody_else_can_not_be_ended(world, account):
    card, _ = issued(account)
    with pytest.raises(NotFound):
        tokens.revoke(worlds.account(world, "one"), card.number, now=timezone.now())
    assert [one.number for one in tokens.mine(account)] == [card.number]


def test_a_scope_is_needed_for_each_address(world, program):
    receipt = inquiry(world)
    path = f"/api/matters/{receipt.ref}/"
    reads, acts = program("head", "read"), program("head", "act")
    sent = {"version": receipt.version, "text": "x"}
    refused = reads.post(f"{path}note/", sent)
    assert refused.status_code == 403
    assert "“act”" in refused.json()["detail"]
    assert reads.get(path).status_code == 200
    assert acts.get(path).status_code == 403
    assert acts.post(f"{path}note/", sent).status_code == 200
    assert reads.get("/api/returns/").status_code == 403
    assert program("head", "returns").get("/api/returns/").status_code == 200


def test_a_token_never_gives_more_than_its_account(world, program):
    ref = inquiry(world).ref
    assert program("other_head").get(f"/api/matters/{ref}/").status_code == 404


def test_a_token_that_does_not_count_is_not_made_up_for_by_a_session(account):
    client = Client()
    client.force_login(account)
    assert client.get("/api/me/").json()["token"] is None
    answer = client.get("/api/me/", headers={"Authorization": "Bearer paizhu_wrong"})
    assert answer.status_code == 401


def test_the_language_is_that_asked_for_else_the_accounts(world, account):
    account.language = "en"
    account.save()
    _, secret = issued(account)
    path = "/api/matters/XX-1/"
    assert asks(secret, path).json()["title"] == "Not found"
    wanted = {"Authorization": f"Bearer {secret}", "Accept-Language": "zh"}
    assert Client().get(path, headers=wanted).json()["title"] == "没有找到"
    assert asks(secret, f"{path}?lang=zh").json()["title"] == "没有找到"


def test_trying_tokens_is_made_slow_and_one_that_counts_still_passes(account):
    _, secret = issued(account)
    answers = [asks(f"paizhu_{number}") for number in range(23)]
    assert {one.status_code for one in answers[:21]} == {401}
    late = answers[-1]
    assert late.status_code == 429
    assert late["Content-Type"] == "application/problem+json"
    assert 0 < int(late["Retry-After"]) <= 15
    assert asks(secret).status_code == 200
    assert Client().get("/api/me/").status_code == 401  # no token was tried
