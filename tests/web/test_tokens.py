"""One's own tokens on a page: the secret is shown once, a token can be ended, others' are hidden."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from paizhu.registry.models import Token


def sent(**changes):
    last = (timezone.localdate() + timedelta(days=30)).isoformat()
    return {"f.name": "夜间清单", "f.scopes[]": ["read", "act"], "f.expires": last, **changes}


def secret_in(answer) -> str:
    return re.search(r"<code>(paizhu_[^<]+)</code>", answer.content.decode())[1]


def test_a_token_is_made_shown_once_used_and_ended(as_):
    head = as_("head")
    answer = head.post("/tokens/", sent())
    assert answer.status_code == 200
    secret = secret_in(answer)
    page = head.get("/tokens/").content.decode()
    assert secret not in page
    assert "夜间清单" in page
    given = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/me/", headers=given).json()["username"] == "head"
    number = Token.objects.get().pk
    assert head.post(f"/tokens/{number}/end/").status_code == 302
    assert Client().get("/api/me/", headers=given).status_code == 401
    assert "已停用" in head.get("/tokens/").content.decode()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"f.name": ""}, "请写明用途"),
        ({"f.scopes[]": []}, "请至少选择一项范围"),
        ({"f.expires": "2020-01-01"}, "有效期须在"),
        ({"f.expires": "2031-02-30"}, "有效期须在"),
        ({"f.expires": "soon"}, "有效期须在"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(as_, changes, says):
    answer = as_("head").post("/tokens/", sent(**changes))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Token.objects.exists()


def test_nobody_sees_or_ends_the_token_of_another(as_):
    as_("head").post("/tokens/", sent())
    other = as_("one", "en")
    assert "夜间清单" not in other.get("/tokens/").content.decode()
    assert other.post(f"/tokens/{Token.objects.get().pk}/end/").status_code == 404
    assert Token.objects.get().revoked_at is None
