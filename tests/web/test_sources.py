"""A source is registered by one person and approved by another, on the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from paizhu.analysis.models import Source
from paizhu.casework import rulebook
from tests.web.test_flags import PACK
from tests.web.test_matters import said


@pytest.fixture
def given(world, settings, tmp_path):
    settings.PAIZHU_PACKS = [PACK]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    return {
        "f.key": "yy-purchases",
        "f.table": "purchases",
        "f.body": "YY",
        "f.purpose": "年度采购专项监督",
        "f.plan_ref": "JH-2025-03",
        "f.expires_date": (timezone.localdate() + timedelta(days=90)).isoformat(),
    }


def test_a_source_is_registered_and_approved_by_somebody_else(given, as_):
    one, head = as_("one"), as_("head")
    assert one.post("/sources/", given).status_code == 302
    page = one.get("/sources/")
    assert "须由他人批准" in said(page)
    assert "/approve/" not in page.content.decode()
    assert "没有您可以使用的数据源" in said(one.get("/imports/"))
    assert one.post("/sources/yy-purchases/approve/").status_code == 403
    assert "/sources/yy-purchases/approve/" in head.get("/sources/").content.decode()
    assert head.post("/sources/yy-purchases/approve/").status_code == 302
    assert "李组长 批准" in said(head.get("/sources/"))
    assert "yy-purchases" in said(one.get("/imports/"))


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"f.key": "采购"}, "小写字母"),
        ({"f.purpose": ""}, "没有用途"),
        ({"f.purpose": "长" * 401}, "最多 400 字"),
        ({"f.expires_date": "2020-01-01"}, "到期日须在今天之后"),
        ({"f.expires_date": ""}, "请填写到期日"),
    ],
)
def test_what_is_missing_or_wrong_stands_beside_its_field(given, as_, changed, wrong):
    answer = as_("one").post("/sources/", {**given, **changed})
    assert answer.status_code == 422
    assert wrong in said(answer)
    assert not Source.objects.exists()


def test_a_key_is_given_once(given, as_):
    one = as_("one")
    one.post("/sources/", given)
    answer = one.post("/sources/", given)
    assert answer.status_code == 422
    assert "已登记" in said(answer)


def test_who_supervises_nothing_sees_and_registers_nothing(given, as_):
    as_("one").post("/sources/", given)
    liaison = as_("liaison")
    page = said(liaison.get("/sources/"))
    assert "yy-purchases" not in page
    assert "不能登记数据源" in page
    assert liaison.post("/sources/", given).status_code == 404
    assert liaison.post("/sources/yy-purchases/approve/").status_code == 404
