"""A second factor: set up with the password, asked for at signing in, good once, required by post."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.utils import timezone

from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.registry import factors, passkeys, signing
from paizhu.registry.models import Account, Passkey, RecoveryCode, SignIn, Totp
from paizhu.registry.passkeys import Site
from paizhu.web import entering
from tests import administrators
from tests import world as worlds
from tests.web.authenticator import Authenticator
from tests.web.conftest import PASSWORD


@pytest.fixture
def head(world, settings):
    # How slow a password is to try is tested elsewhere; here they are tried by the dozen.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return worlds.account(world, "head", PASSWORD)


def signed_in(name: str = "head") -> Client:
    client = Client()
    assert client.post("/sign-in/", {"account": name, "password": PASSWORD}).status_code == 302
    return client


def secret_on(answer) -> str:
    return re.sub(r"\s", "", re.search(r'class="key">([^<]+)<', answer.content.decode())[1])


def with_codes(client: Client) -> pyotp.TOTP:
    """Set up one-time codes; the code that confirmed them is of the step before."""
    answer = client.post("/account/codes-start/", {"password": PASSWORD})
    codes = pyotp.TOTP(secret_on(answer))
    # Where a step ends between making and sending, the code is of two steps before: once again.
    before = (codes.at(int(timezone.now().timestamp()) - 30) for _ in range(2))
    sent = (client.post("/account/codes-confirm/", {"code": code}).status_code for code in before)
    assert 302 in sent
    return codes


def test_codes_are_set_up_on_ones_own_page_and_asked_for_at_the_next_sign_in(head):
    client = signed_in()
    codes = with_codes(client)
    assert "已启用" in client.get("/account/").content.decode()
    other = Client()
    answer = other.post("/sign-in/", {"account": "head", "password": PASSWORD, "next": "/matters/"})
    assert answer["Location"] == "/sign-in/second/"
    assert other.get("/").status_code == 302
    assert "动态码" in other.get("/sign-in/second/").content.decode()
    assert other.post("/sign-in/second/", {"code": "000000"}).status_code == 422
    now = codes.at(int(timezone.now().timestamp()))
    answer = other.post("/sign-in/second/", {"code": f"{now[:3]} {now[3:]}"})
    assert answer["Location"] == "/matters/"
    assert other.get("/").status_code == 200
    again = Client()
    again.post("/sign-in/", {"account": "head", "password": PASSWORD})
    assert again.post("/sign-in/second/", {"code": now}).status_code == 422, "a code is good once"


def test_the_secret_is_not_in_the_table_as_it_is(head):
    codes = with_codes(signed_in())
    assert codes.secret not in Totp.objects.get().secret


def test_without_the_password_nothing_is_set_up_or_removed(head):
    client = signed_in()
    for what in (
        "codes-start",
        "codes-remove",
        "recovery",
        "passkey-add",
        "passkey-remove",
        "password",
    ):
        answer = client.post(f"/account/{what}/", {"password": "not this"})
        assert answer.status_code == 422, what
        assert "当前口令不正确" in answer.content.decode()
        client.post("/sign-in/", {"account": "head", "password": PASSWORD})  # forgets the failures
    assert not Totp.objects.exists()
    assert client.post("/account/no-such-step/").status_code == 404


def test_guessing_the_password_on_ones_own_page_grows_slow(head):
    client = signed_in()
    answers = [client.post("/account/recovery/", {"password": f"no {n}"}) for n in range(7)]
    assert answers[-1].status_code == 429


def test_guessing_codes_grows_slow_though_the_password_is_right(head):
    with_codes(signed_in())
    client = Client()
    statuses = []
    for number in range(7):
        client.post("/sign-in/", {"account": "head", "password": PASSWORD})
        statuses.append(client.post("/sign-in/second/", {"code": f"{number:06}"}).status_code)
    assert 429 in statuses
    assert 302 not in statuses


def test_a_recovery_code_is_good_once_and_new_ones_end_the_old(head):
    client = signed_in()
    assert client.post("/account/recovery/", {"password": PASSWORD}).status_code == 422
    with_codes(client)
    page = client.post("/account/recovery/", {"password": PASSWORD}).content.decode()
    codes = re.findall(r"<li><code>([a-z0-9-]{14})</code>", page)
    assert len(set(codes)) == 10
    assert codes[0] not in client.get("/account/").content.decode()
    for status in (302, 422):
        other = Client()
        other.post("/sign-in/", {"account": "head", "password": PASSWORD})
        assert other.post("/sign-in/second/", {"recovery": codes[0].upper()}).status_code == status
    client.post("/account/recovery/", {"password": PASSWORD})
    assert not factors.is_recovery_code(head, codes[1], now=timezone.now())
    assert RecoveryCode.objects.count() == 10


def test_the_second_step_ends_after_five_minutes_and_is_nothing_by_itself(head, rf):
    assert Client().get("/sign-in/second/")["Location"] == "/sign-in/"
    with_codes(signed_in())
    client = Client()
    client.post("/sign-in/", {"account": "head", "password": PASSWORD})
    session = client.session
    session[entering.SECOND] = {**session[entering.SECOND], "at": 1.0}
    session.save()
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"


def test_a_rule_lets_its_posts_do_nothing_before_a_factor_is_there(head, world):
    signing.set_rules(second_for=["head"], hours=4)
    client = signed_in()
    assert client.get("/matters/")["Location"] == "/account/"
    assert client.get("/")["Location"] == "/account/"
    assert client.get("/api/me/").status_code == 403
    assert "须有第二种登录凭证" in client.get("/account/").content.decode()
    with_codes(client)
    client.get("/account/")
    assert client.get("/matters/").status_code == 200
    answer = client.post("/account/codes-remove/", {"password": PASSWORD})
    assert answer.status_code == 422
    assert "不能移除最后一种" in answer.content.decode()
    assert Totp.objects.exists()
    signing.set_rules(second_for=[], hours=4)
    client.post("/account/recovery/", {"password": PASSWORD})
    assert client.post("/account/codes-remove/", {"password": PASSWORD}).status_code == 302
    assert not Totp.objects.exists()
    assert not RecoveryCode.objects.exists(), "they stand in for another factor"


def test_the_rule_counts_for_others_not(head, world):
    signing.set_rules(second_for=["keeper"], hours=4)
    assert signed_in().get("/matters/").status_code == 200


def test_a_session_ends_after_the_hours_of_the_rule(head):
    client = signed_in()
    session = client.session
    session["until"] = timezone.now().timestamp() - 1
    session.save()
    assert client.get("/")["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in client.session


def test_codes_are_set_up_once(head):
    client = signed_in()
    with_codes(client)
    answer = client.post("/account/codes-start/", {"password": PASSWORD})
    assert "已经设置" in answer.content.decode()
    assert client.post("/account/codes-confirm/", {"code": "123456"}).status_code == 422


def test_before_a_first_code_counts_the_same_secret_is_shown_again(head):
    """Whoever scanned it, lost the page and asks again need not scan anew."""
    shown = factors.start_codes(head)
    assert factors.start_codes(head) == shown
    assert Totp.objects.count() == 1


def test_a_first_code_that_is_wrong_changes_nothing(head):
    client = signed_in()
    client.post("/account/codes-start/", {"password": PASSWORD})
    assert client.post("/account/codes-confirm/", {"code": "12"}).status_code == 422
    assert Totp.objects.get().confirmed_at is None
    assert client.post("/sign-in/", {"account": "head", "password": PASSWORD})["Location"] == "/"


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(head):
    mine, other = signed_in(), signed_in()
    new = "another long phrase"
    sent = {"password": PASSWORD, "new": new, "again": "no"}
    assert mine.post("/account/password/", sent).status_code == 422
    assert (
        mine.post("/account/password/", {**sent, "new": "short", "again": "short"}).status_code
        == 422
    )
    assert mine.post("/account/password/", {**sent, "again": new}).status_code == 302
    assert mine.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert "本次" in mine.get("/account/").content.decode()
    assert Account.objects.get(username="head").check_password(new)


def test_one_ends_ones_own_sessions_and_nobody_elses(head, world):
    worlds.account(world, "one", PASSWORD)
    mine, other, stranger = signed_in(), signed_in(), signed_in("one")
    numbers = list(SignIn.objects.order_by("pk").values_list("pk", flat=True))
    assert mine.post("/account/session-end/", {"number": numbers[2]}).status_code == 404
    assert mine.post("/account/session-end/", {"number": "x"}).status_code == 404
    assert mine.post("/account/session-end/", {"number": numbers[1]}).status_code == 302
    assert other.get("/").status_code == 302
    assert stranger.get("/").status_code == 200


def test_what_is_no_passkey_is_refused(head):
    client = signed_in()
    for given in (
        "",
        "{}",
        "not json",
        '{"id": "x", "rawId": "x", "type": "public-key", "response": {}}',
    ):
        client.get("/account/")
        sent = {"password": PASSWORD, "name": "key", "passkey": given}
        assert client.post("/account/passkey-add/", sent).status_code == 422
    assert client.post("/account/passkey-add/", {**sent, "name": ""}).status_code == 422
    assert (
        client.post("/account/passkey-remove/", {"password": PASSWORD, "number": "7"}).status_code
        == 404
    )
    assert not Passkey.objects.exists()


def test_a_passkey_is_of_one_account_and_answers_under_its_own_name_alone(head, world):
    other, now = worlds.account(world, "one", PASSWORD), timezone.now()
    site, device = Site("localhost", "http://localhost"), Authenticator(b"one of a kind")
    for account in (head, other):
        _, challenge = passkeys.start(account, site)
        given = {"challenge": challenge, "site": site, "name": "key", "now": now}
        if account == head:
            passkeys.add(account, device.made(challenge, site), **given)
            continue
        with pytest.raises(Invalid) as refused:
            passkeys.add(account, device.made(challenge, site), **given)
        assert refused.value.say == passkeys.NOT_VERIFIED
    _, challenge = passkeys.ask(head, site)
    given = {"challenge": challenge, "site": site, "now": now}
    right, wrong = device.shown(challenge, site), device.shown(challenge, site, called=b"another")
    assert not passkeys.is_shown(head, wrong, **given)
    assert not passkeys.is_shown(other, right, **given)
    assert Passkey.objects.get().used_date is None
    assert passkeys.is_shown(head, right, **given)
    assert Passkey.objects.get().used_date is not None


def test_no_more_than_ten_passkeys(head):
    Passkey.objects.bulk_create(
        Passkey(
            account=head, name=f"{n}", credential=f"c{n}", public_key=b"", made_at=timezone.now()
        )
        for n in range(10)
    )
    with pytest.raises(Invalid) as refused:
        passkeys.add(
            head, "{}", challenge="", site=Site("localhost", "http://localhost"), name="x",
            now=timezone.now(),
        )  # fmt: skip
    assert refused.value.say == passkeys.TOO_MANY


def test_a_name_without_a_port_is_the_site_itself(rf):
    assert entering.site(rf.get("/", headers={"host": "localhost"})).name == "localhost"
    assert entering.site(rf.get("/", headers={"host": "localhost:8000"})) == Site(
        "localhost", "http://localhost:8000"
    )
    assert entering.site(rf.get("/", headers={"host": "[::1]"})).name == "[::1]"


def test_rules_name_posts_there_are_and_hours_of_a_day(world):
    administrators.appoint(world)
    with pytest.raises(Invalid):
        signing.set_rules(second_for=["no_such_post"], hours=4)
    for hours in (0, 9, 25):
        with pytest.raises(Invalid):
            signing.set_rules(second_for=[], hours=hours)
    first = signing.post_titles()[:3]
    assert {one.key for one in first} == set(administrators.KEYS.values())


def test_a_code_of_a_minute_ago_is_too_old(head):
    secret, _ = factors.start_codes(head)
    now = timezone.now()
    old = pyotp.TOTP(secret).at(int(now.timestamp()) - 90)
    with pytest.raises(Invalid):
        factors.confirm_codes(head, old, now=now)
    factors.confirm_codes(head, old, now=now - timedelta(seconds=90))
    assert not factors.is_code(head, old, now=now - timedelta(seconds=90))


def test_a_passkey_that_was_not_shown_lets_nobody_in_and_the_last_one_needed_stays(head, world):
    now = timezone.now()
    for name in ("one", "two"):
        Passkey.objects.create(
            account=head, name=name, credential=f"bm9{name}", public_key=b"none", made_at=now
        )
    client = Client()
    client.post("/sign-in/", {"account": "head", "password": PASSWORD})
    assert "用通行密钥登录" in client.get("/sign-in/second/").content.decode()
    for shown in ("junk", "{}"):
        assert client.post("/sign-in/second/", {"passkey": shown}).status_code == 422
    one, two = passkeys.mine(head)
    codes = factors.new_recovery_codes(head)
    passkeys.remove(head, one.number, is_needed=True)
    with pytest.raises(NotAllowed):
        passkeys.remove(head, two.number, is_needed=True)
    assert factors.is_recovery_code(head, codes[0], now=now)
    passkeys.remove(head, two.number, is_needed=False)
    assert not factors.factors(head).any
    assert not RecoveryCode.objects.exists()
