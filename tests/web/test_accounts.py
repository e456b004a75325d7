"""Accounts: opened with a link that works once, closed, ended; each change stands in the book."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from paizhu.casework import accounts, posts
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.ledger import book
from paizhu.ledger.verify import verify
from paizhu.registry import signing
from paizhu.registry.models import Account, FirstPassword, Person, Post, SignIn, Tenure
from tests import administrators
from tests import world as worlds
from tests.web.conftest import PASSWORD

NEW = {"username": "wang-wu", "code": "QY9", "name_zh": "王五", "name_en": "Wang Wu"}
HOME = "/administration/security/"


@pytest.fixture
def security(world, as_, settings):
    administrators.appoint(world)
    client = as_("security")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return client


def link_on(answer) -> str:
    return re.search(r"<code>http://testserver(/welcome/[^<]+)</code>", answer.content.decode())[1]


def acts() -> list[str]:
    lines = [line.entry for line in book.iter_all() if line.entry.kind == "accounts_changed"]
    return [str(entry.payload["what"]) for entry in lines]


def test_a_new_account_sets_its_own_password_once_and_sees_nothing_without_a_post(security):
    assert "身份证号" in security.get(f"{HOME}new/").content.decode()
    link = link_on(security.post(f"{HOME}new/", NEW))
    assert "wang-wu" in security.get(HOME).content.decode()
    client = Client()
    assert "王五" in client.get(link).content.decode()
    sent = {"new": "a long enough phrase", "again": "another"}
    assert client.post(link, sent).status_code == 422
    assert client.post(link, {"new": "wang-wu", "again": "wang-wu"}).status_code == 422
    assert client.post(link, {**sent, "again": sent["new"]})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert "没有等您办理的事项" in client.get("/").content.decode()
    assert Client().get(link).status_code == 404, "a link works once"
    assert acts() == ["opened", "password_set"]
    assert verify().is_good


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"username": "W"}, "账号名为"),
        ({"username": "security"}, "已经有了"),
        ({"code": "440103 1990"}, "不得用身份证号"),
        ({"code": "P0000"}, "已经有了"),
        ({"name_en": " "}, "请填写姓名"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(security, changes, says):
    answer = security.post(f"{HOME}new/", {**NEW, **changes})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Person.objects.filter(name_zh="王五").exists()


def test_a_new_link_takes_the_password_and_the_sessions_away(security, world):
    worlds.account(world, "head", PASSWORD)
    client = Client()
    client.post("/sign-in/", {"account": "head", "password": PASSWORD})
    link = link_on(security.post(f"{HOME}accounts/head/", {"what": "link"}))
    assert client.get("/").status_code == 302
    assert Client().post("/sign-in/", {"account": "head", "password": PASSWORD}).status_code == 422
    FirstPassword.objects.update(
        made_at=timezone.now() - timedelta(days=4), expires_at=timezone.now() - timedelta(hours=1)
    )
    assert Client().get(link).status_code == 404, "a link is too old after three days"


def test_closing_ends_sessions_and_links_and_opening_again_gives_the_old_password(security, world):
    worlds.account(world, "head", PASSWORD)
    client = Client()
    client.post("/sign-in/", {"account": "head", "password": PASSWORD})
    assert security.post(f"{HOME}accounts/head/", {"what": "close"}).status_code == 302
    assert client.get("/").status_code == 302
    assert "已关闭" in security.get(f"{HOME}accounts/head/").content.decode()
    assert security.post(f"{HOME}accounts/head/", {"what": "link"}).status_code == 403
    security.post(f"{HOME}accounts/head/", {"what": "reopen"})
    assert Client().post("/sign-in/", {"account": "head", "password": PASSWORD}).status_code == 302
    security.post(f"{HOME}accounts/head/", {"what": "factors"})
    assert acts() == ["closed", "reopened", "factors_removed"]


def test_nobody_handles_ones_own_account(security):
    for what in ("link", "close", "factors"):
        assert security.post(f"{HOME}accounts/security/", {"what": what}).status_code == 403
    assert "不得处理自己的账号" in security.get(f"{HOME}accounts/security/").content.decode()
    assert security.get(f"{HOME}accounts/nobody/").status_code == 404
    assert security.post(f"{HOME}accounts/nobody/", {"what": "close"}).status_code == 404
    assert acts() == []


def test_sessions_are_listed_and_ended(security, world):
    worlds.account(world, "head", PASSWORD)
    client = Client()
    client.post("/sign-in/", {"account": "head", "password": PASSWORD})
    page = security.get(f"{HOME}sessions/").content.decode()
    assert "head" in page
    assert "口令" in page
    number = SignIn.objects.get().pk
    assert security.post(f"{HOME}sessions/", {"number": "x"}).status_code == 404
    assert security.post(f"{HOME}sessions/", {"number": number}).status_code == 302
    assert client.get("/").status_code == 302
    assert security.post(f"{HOME}sessions/", {"number": number}).status_code == 404
    assert "没有登录" in security.get(f"{HOME}sessions/").content.decode()


def test_rules_are_set_and_mistakes_in_them_are_said(security):
    sent = {"hours": "4", "second_for": ["head", "system_admin"]}
    assert security.post(f"{HOME}rules/", sent).status_code == 302
    assert signing.rules() == signing.Rules(("head", "system_admin"), 4)
    assert security.post(f"{HOME}rules/", {"hours": "99"}).status_code == 422
    assert security.post(f"{HOME}rules/", {"hours": "2", "second_for": "nope"}).status_code == 422
    assert acts() == ["rules_set"]


def test_a_list_of_many_accounts_costs_few_queries(security, world):
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert security.get(path).status_code == 200
        return len(caught)

    few = cost(HOME)
    for number in range(60):
        person = Person.objects.create(code=f"X{number}", name_zh="甲", name_en="A")
        Account.objects.create(username=f"x{number:03}", person=person, password="!")
    assert cost(HOME) == few <= 10
    assert cost(f"{HOME}?page=2") <= 10
    assert "x059" in security.get(f"{HOME}?page=2").content.decode()
    assert "x059" in security.get(f"{HOME}?q=X059").content.decode()
    assert "没有符合的账号" in security.get(f"{HOME}?q=zzz").content.decode()


def test_a_password_set_by_link_still_needs_the_second_factor(security, world):
    from paizhu.registry.models import Totp

    head = worlds.account(world, "head", PASSWORD)
    Totp.objects.create(account=head, secret="x", confirmed_at=timezone.now())
    link = link_on(security.post(f"{HOME}accounts/head/", {"what": "link"}))
    client = Client()
    sent = {"new": "a long enough phrase", "again": "a long enough phrase"}
    assert client.post(link, sent)["Location"] == "/sign-in/second/"
    assert client.get("/").status_code == 302


def test_of_two_who_use_a_link_at_once_one_is_refused(security, world):
    worlds.account(world, "head", PASSWORD)
    secret = accounts.new_link(world.who("security"), "head", now=world.now())
    accounts.set_first_password(secret, "a long enough phrase", now=world.now())
    with pytest.raises(NotFound):
        accounts.set_first_password(secret, "another long phrase", now=world.now())


# --- posts ----------------------------------------------------------------------------------------


@pytest.fixture
def appointing(world, settings, tmp_path, as_):
    """The small pack names the leader, and for these tests the security administrator too."""
    import shutil

    from paizhu.casework import rulebook

    pack = tmp_path / "spine"
    shutil.copytree(worlds.PACKS[0], pack)
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^appoints:.*$", "appoints: [duty_leader, security_admin]", text)
    (pack / "pack.yaml").write_text(text, encoding="utf-8")
    settings.PAIZHU_PACKS = [pack, *settings.PAIZHU_PACKS[1:]]
    rulebook.forget()
    administrators.appoint(world)
    return as_("security")


@pytest.mark.parametrize("name", ["leader", "security"])
def test_whom_the_pack_names_puts_somebody_on_a_post_and_takes_them_off(
    appointing, world, as_, name
):
    client = as_(name)
    assert "/administration/posts/WJ/" in client.get("/administration/posts/").content.decode()
    path = "/administration/posts/WJ/"
    today = timezone.localdate().isoformat()
    sent = {"what": "appoint", "person": "P0005", "post": "head", "day": today}
    assert client.post(path, sent).status_code == 302
    tenure = Tenure.objects.get(person=world.people["three"], post__key="head")
    assert "P0005" in client.get(path).content.decode()
    leave = {"what": "leave", "tenure": tenure.pk, "day": today}
    assert client.post(path, leave).status_code == 302
    tenure.refresh_from_db()
    assert tenure.until == timezone.localdate()
    kinds = [line.entry.kind for line in book.iter_all()]
    assert kinds.count("posts_changed") == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"person": "nobody"}, "没有这个人员编号或账号"),
        ({"post": "nothing"}, "没有这个岗位或任职"),
        ({"day": "soon"}, "请填写日期"),
        ({"day": "2026-02-31"}, "请填写日期"),
        ({"what": "leave", "tenure": "x"}, "没有这个岗位或任职"),
        ({"what": "leave", "tenure": "999999"}, "没有这个岗位或任职"),
    ],
)
def test_what_is_wrong_with_a_change_of_posts_is_said(appointing, changes, says):
    sent = {"what": "appoint", "person": "P0005", "post": "head", "day": "2026-01-05", **changes}
    answer = appointing.post("/administration/posts/WJ/", sent)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_nobody_else_reaches_the_lists_of_posts_and_nobody_a_body_not_theirs(appointing, as_):
    assert as_("head").get("/administration/posts/").status_code == 404
    assert as_("system").get("/administration/posts/").status_code == 404
    assert appointing.get("/administration/posts/YY/").status_code == 404
    assert appointing.get("/administration/posts/XX/").status_code == 404


def test_an_administrator_holds_no_other_post_and_appoints_no_administrator(appointing, world):
    admin = Post.objects.get(key="system_admin")
    head = Post.objects.get(key="head", body=world.bodies["WJ"])
    given = {"since": world.today, "now": world.now()}
    with pytest.raises(NotAllowed) as refused:
        posts.appoint(actor=None, person=world.people["three"], post=admin, **given)
    assert refused.value.say == posts.APART
    with pytest.raises(NotAllowed) as refused:
        posts.appoint(actor=None, person=world.people["system"], post=head, **given)
    assert refused.value.say == posts.APART
    free = worlds.person(world, "free", "尤新", *[])
    with pytest.raises(NotAllowed) as refused:
        posts.appoint(actor=world.who("security"), person=free, post=admin, **given)
    assert refused.value.say == posts.NOT_BY_ADMINISTRATORS
    posts.appoint(actor=world.who("leader"), person=free, post=admin, **given)
    assert world.who("free").administers == "system"
