"""Signing in: one answer for every failure, and guessing grows slow."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from paizhu.web import throttle
from paizhu.web.models import FailedSignIns
from paizhu.web.throttle import TooManyTries
from tests import world as worlds
from tests.web.conftest import PASSWORD

NOW = timezone.now()


@pytest.fixture
def head(world):
    return worlds.account(world, "head", PASSWORD)


def knock(client: Client, account: str, password: str, **more: str):
    return client.post("/sign-in/", {"account": account, "password": password, **more})


def plain(answer) -> str:
    """Give the page without the token of its forms, which differs each time, and the name typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r'name="account" value="[^"]*"', "", text)


def test_name_and_password_lead_to_the_page_that_was_wanted(client, head):
    answer = client.get("/matters/?state=late")
    assert answer["Location"] == "/sign-in/?next=%2Fmatters%2F%3Fstate%3Dlate"
    answer = knock(client, "head", PASSWORD, next="/matters/?state=late")
    assert answer["Location"] == "/matters/?state=late"
    assert client.get("/").status_code == 200


def test_passwords_are_kept_with_argon2(head):
    assert head.password.startswith("argon2$")


def test_unknown_wrong_and_closed_get_one_answer(client, head):
    wrong = knock(client, "head", "not this")
    unknown = knock(client, "nobody", "not this")
    head.is_active = False
    head.save()
    closed = knock(client, "head", PASSWORD)
    assert wrong.status_code == unknown.status_code == closed.status_code == 422
    assert plain(wrong) == plain(unknown) == plain(closed)


def test_after_signing_out_the_pages_are_closed(client, head):
    client.force_login(head)
    client.post("/sign-out/")
    assert client.get("/")["Location"].startswith("/sign-in/")


def test_the_next_page_is_never_elsewhere(client, head):
    assert knock(client, "head", PASSWORD, next="https://example.org/")["Location"] == "/"


@pytest.mark.parametrize("name", ["head", "nobody"])
def test_an_account_is_closed_after_some_tries_known_or_not(client, head, name):
    answers = [
        knock(client, name, "wrong").status_code for _ in range(throttle.FREE_TRIES["account"] + 2)
    ]
    assert answers == [422] * 5 + [429]
    refused = knock(client, name, PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 15


def test_an_address_is_closed_after_many_names(client, head):
    for number in range(throttle.FREE_TRIES["address"] + 1):
        throttle.claim(f"name{number}", "10.0.0.9", now=NOW)
    with pytest.raises(TooManyTries):
        throttle.claim("another", "10.0.0.9", now=NOW)
    throttle.claim("another", "10.0.0.10", now=NOW)


def test_only_our_own_proxy_is_believed_about_the_address(rf, settings):
    request = rf.get("/", headers={"x-forwarded-for": "1.2.3.4, 10.1.1.7"}, REMOTE_ADDR="10.0.0.1")
    settings.SECURE_PROXY_SSL_HEADER = None
    assert throttle.address_of(request) == "10.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert throttle.address_of(request) == "10.1.1.7"


def test_the_delay_doubles_and_has_an_end():
    free = throttle.FREE_TRIES["account"]
    assert throttle.delay("account", free) == timedelta(0)
    assert throttle.delay("account", free + 1) == timedelta(seconds=15)
    assert throttle.delay("account", free + 2) == timedelta(seconds=30)
    assert throttle.delay("account", free + 200) == throttle.LONGEST_DELAY


def test_trying_while_closed_does_not_prolong_it(db):
    for _ in range(5):
        throttle.claim("head", "10.0.0.1", now=NOW)
    for second in (1, 2, 3):
        with pytest.raises(TooManyTries):
            throttle.claim("head", "10.0.0.1", now=NOW + timedelta(seconds=second))
    throttle.claim("head", "10.0.0.1", now=NOW + timedelta(seconds=15))


def test_success_forgets_the_account_but_not_the_address(db):
    for number in range(6):
        throttle.claim(f"a{number}", "10.0.0.1", now=NOW)
    throttle.succeeded("a5", "10.0.0.1", now=NOW)
    assert FailedSignIns.objects.count() == 6
    assert max(FailedSignIns.objects.values_list("failures", flat=True)) == 5


def test_old_failures_are_forgotten(db):
    for _ in range(4):
        throttle.claim("head", "10.0.0.1", now=NOW)
    later = NOW + throttle.FORGOTTEN_AFTER + timedelta(seconds=1)
    throttle.claim("head", "10.0.0.1", now=later)
    assert set(FailedSignIns.objects.values_list("failures", flat=True)) == {1}


def test_the_table_names_neither_accounts_nor_addresses(db):
    throttle.claim("head", "10.0.0.1", now=NOW)
    kept = " ".join(FailedSignIns.objects.values_list("subject", flat=True))
    assert "head" not in kept
    assert "10.0" not in kept


def test_one_click_exists_in_the_demonstration_only(client, head, settings):
    settings.PAIZHU_DEMO = False
    assert client.get("/demo/head/").status_code == 404
    settings.PAIZHU_DEMO = True
    assert client.get("/demo/nobody/").status_code == 404
    assert client.get("/demo/head/")["Location"] == "/"
    assert "虚构" in client.get("/").content.decode()


def test_the_sign_in_page_leads_to_one_click_in_the_demonstration_only(client, head, settings):
    head.username = "wj-head"
    head.save()
    settings.PAIZHU_DEMO = False
    assert "/demo/" not in client.get("/sign-in/").content.decode()
    settings.PAIZHU_DEMO = True
    links = re.findall(r'href="(/demo/[^"]*)"', client.get("/sign-in/").content.decode())
    assert links == ["/demo/wj-head/"], "whoever is not here is no link"
    page = client.get("/sign-in/", {"next": "/matters/?state=late"}).content.decode()
    (link,) = re.findall(r'href="(/demo/[^"]*)"', page)
    assert client.get(link)["Location"] == "/matters/?state=late"
    head.is_active = False
    head.save()
    assert "/demo/" not in client.get("/sign-in/").content.decode()
