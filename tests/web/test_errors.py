"""What goes wrong is said in both languages, with what to do, and nothing of the inside."""

from __future__ import annotations

import pytest
from django.test import Client

from paizhu.casework import rulebook
from paizhu.web.views import errors
from tests.web.test_matters import said


@pytest.mark.parametrize(("lang", "words"), [("zh", "系统管理员"), ("en", "system administrator")])
def test_rules_that_do_not_load_are_our_fault_and_not_the_readers(
    as_, settings, tmp_path, lang, words, caplog
):
    client = as_("head", lang)
    (tmp_path / "pack.yaml").write_text("pack: [broken")
    settings.PAIZHU_PACKS = [tmp_path]
    rulebook.forget()
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "paizhu doctor" in said(answer)
    assert "pack.yaml:" in caplog.text
    assert words in said(answer)
    assert "broken" not in said(answer)
    assert "Traceback" not in said(answer)


def test_pages_come_back_by_themselves_when_the_rules_are_mended(as_, settings, tmp_path):
    client = as_("head")
    working = settings.PAIZHU_PACKS
    settings.PAIZHU_PACKS = [tmp_path / "nowhere"]
    assert client.get("/").status_code == 503
    settings.PAIZHU_PACKS = working
    assert client.get("/").status_code == 200


def test_a_host_that_is_not_ours_is_refused(db):
    answer = Client().get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "重新提交" in said(answer)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "view", [errors.bad_request, errors.forbidden, errors.not_found, errors.failed]
)
def test_each_error_page_says_what_to_do(rf, lang, view):
    request = rf.get("/", headers={"accept-language": lang})
    page = said(view(request))
    assert ("回到我的工作台" if lang == "zh" else "Back to my desk") in page


def test_every_status_has_its_words():
    assert set(errors.TITLES) == set(errors.NEXT)
    assert {int(status) for status in errors.STATUS.values()} <= set(errors.TITLES)


def test_over_tls_the_browser_is_told_to_stay_there(db):
    assert "max-age" in Client().get("/sign-in/", secure=True)["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in Client().get("/sign-in/")
