"""Three administrators, three persons: none reads content, none sees the pages of the others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from paizhu.casework import reading
from paizhu.kernel.errors import NotFound
from paizhu.registry import tokens
from paizhu.registry.models import Account, Post, Tenure
from paizhu.registry.principals import who_is
from tests import administrators
from tests import world as worlds
from tests.web.test_addresses import addresses, example

ROLES = ("system", "security", "audit")
OWN = {
    "system": {"system", "system_copy", "system_compare"},
    "security": {"security", "new_account", "sign_in_rules", "sessions", "an_account"},
    "audit": {"audit", "audit_verify"},
}


@pytest.fixture
def ref(world):
    administrators.appoint(world)
    ref = worlds.inquiry(world).ref
    worlds.take(world, "keeper", ref, "hand_over", seats=[world.key("one"), world.key("two")])
    return ref


def paths(ref: str):
    """Give every address about content or of an administrator, with a real matter in its place."""
    for pattern in addresses():
        if pattern.callback.policy in ("public", "demo", "account"):
            continue
        path = example(pattern)
        if "ref" in pattern.pattern.converters:
            path = path.replace("/nothing/", f"/{ref}/", 1)
        yield pattern.name, pattern.callback.policy, path.replace("/api/", "/api/")


@pytest.mark.parametrize("role", ROLES)
def test_no_administrator_reaches_content_or_the_page_of_another(ref, as_, role):
    client = as_(role)
    asked, answered = 0, []
    for name, policy, path in paths(ref):
        if policy == role:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            asked += 1
            if answer.status_code not in (404, 405):
                answered.append((method, path, answer.status_code))
            assert ref not in answer.content.decode(errors="replace"), (name, path)
    assert answered == []
    assert asked > 150


@pytest.mark.parametrize("role", ROLES)
def test_an_administrator_has_one_place_and_no_search(ref, as_, role):
    client = as_(role, "en")
    home = client.get("/")
    assert home.status_code == 302
    assert home["Location"] == f"/administration/{role}/"
    page = client.get(home["Location"])
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('data-go="') == 1
    assert "top-search" not in text
    assert "notices" not in text.lower().replace("notices of", "")


@pytest.mark.parametrize("role", ROLES)
def test_no_administrator_lets_a_program_in(ref, world, as_, role):
    assert as_(role).get("/tokens/").status_code == 404
    # Made before they became one, or by hand.
    now = timezone.now()
    account = Account.objects.get(username=role)
    _, secret = tokens.issue(
        account, name="x", scopes=["read"], expires_at=now + timedelta(days=2), now=now
    )
    given = {"Authorization": f"Bearer {secret}"}
    for path in ("/api/me/", "/api/matters/", f"/api/matters/{ref}/", "/api/rules/procedures/"):
        answer = Client().get(path, headers=given)
        assert answer.status_code == 404, path
        assert ref not in answer.content.decode()


@pytest.mark.parametrize("name", ["head", "keeper", "leader", "liaison"])
def test_nobody_else_sees_the_pages_of_administrators(ref, as_, name):
    client = as_(name)
    for address_name, policy, path in paths(ref):
        if policy in ROLES:
            assert client.get(path).status_code in (404, 405), address_name
            assert client.post(path).status_code in (404, 405), address_name


def test_each_address_of_an_administrator_belongs_to_one(ref):
    found = {role: {n for n, policy, _ in paths(ref) if policy == role} for role in ROLES}
    assert found == OWN


def test_a_seat_from_before_opens_nothing_to_an_administrator(ref, world, as_):
    worlds.sign(world, "head", ref)
    assert world.card("one", ref)
    post = Post.objects.get(key="system_admin")
    Tenure.objects.filter(post=post).update(until=date(2024, 12, 31))
    Tenure.objects.create(person=world.people["one"], post=post, since=date(2025, 1, 1))
    with pytest.raises(NotFound):
        world.card("one", ref)
    assert as_("one").get("/matters/").status_code == 404


def test_whoever_holds_two_of_the_posts_looks_after_nothing(ref, world, as_):
    post = Post.objects.get(key="audit_admin")
    Tenure.objects.create(person=world.people["system"], post=post, since=date(2024, 1, 1))
    client = as_("system")
    assert client.get("/")["Location"] == "/account/"
    for role in ROLES:
        assert client.get(f"/administration/{role}/").status_code == 404
    with pytest.raises(NotFound):
        reading.matter(who_is(world.people["system"], on=world.today), ref, now=world.now())
