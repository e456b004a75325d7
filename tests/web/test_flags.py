"""From a purchase book to a flag, from a flag to a question, on the pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from paizhu.analysis import running, sources
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Flag
from paizhu.casework import rulebook
from tests import world as worlds
from tests.analysis.conftest import purchase, write_csv
from tests.web.test_matters import said

PACK = Path(__file__).resolve().parents[2] / "packs" / "cn-discipline"
MEASURE = "split_below_tender_line"


@pytest.fixture
def flagged(world, settings, tmp_path):
    return raise_a_flag(world, settings, tmp_path)


def raise_a_flag(world, settings, tmp_path) -> Flag:
    """Give the one flag on the first hospital, raised from a purchase book."""
    settings.PAIZHU_PACKS = [PACK]
    settings.PAIZHU_DATA = tmp_path / "data"
    rulebook.forget()
    now, officer = timezone.now(), world.who("one")
    sources.register(
        actor=officer,
        key="yy-purchases",
        table="purchases",
        body="YY",
        purpose="年度采购专项监督",
        plan_ref="JH-2025-03",
        expires_date=timezone.localdate(now) + timedelta(days=90),
        now=now,
    )
    sources.approve("yy-purchases", actor=world.who("head"), now=now)
    rows = [purchase(number) for number in range(40)]
    rows += [
        purchase(
            100 + number,
            供应商名称="甲医疗器械有限公司",
            签订日期=f"2025-03-{10 + number:02}",
            合同金额=380_000 + number,
        )
        for number in range(3)
    ]
    book = write_csv(tmp_path / "采购台账.csv", rows)
    report = import_file("purchases", book, source="yy-purchases", actor=officer, now=now)
    assert report.stored, report.say
    running.run(MEASURE, actor=officer, now=now)
    return Flag.objects.get()


def test_the_list_shows_flags_to_those_who_supervise_the_unit(flagged, as_):
    assert "甲医疗器械有限公司" in said(as_("one").get("/flags/"))
    assert "甲医疗器械有限公司" in said(as_("head", "en").get("/flags/?status=all"))
    assert "甲医疗器械有限公司" not in said(as_("one").get("/flags/?status=confirmed"))
    assert "甲医疗器械有限公司" not in said(as_("liaison").get("/flags/"))
    assert "甲医疗器械有限公司" not in said(as_("other_head").get("/flags/?status=all"))


def test_a_flag_says_why_it_was_raised_and_shows_its_rows(flagged, as_):
    page = said(as_("one").get(f"/flags/{flagged.pk}/"))
    for shown in ("400,000.00", "示例值", "第二十八条", "采购台账.csv", "380,000.00", "框架协议"):
        assert shown in page, shown
    english = said(as_("one", "en").get(f"/flags/{flagged.pk}/"))
    assert "What may be quite in order" in english


def test_a_hidden_flag_and_no_flag_get_the_same_bytes(flagged, as_):
    stranger = as_("other_head")
    for path in ("/flags/{}/", "/flags/{}/ask/"):
        hidden, unknown = stranger.get(path.format(flagged.pk)), stranger.get(path.format(9999))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content


def test_asking_opens_a_question_filled_in_from_the_flag(flagged, as_):
    officer = as_("one")
    page = officer.get(f"/flags/{flagged.pk}/ask/").content.decode()
    assert "请说明这几笔采购未合并、未公开招标的原因" in page
    assert "疑似拆分采购" in page
    answer = officer.post(f"/flags/{flagged.pk}/ask/", {"f.unit_signs": "no"})
    assert answer.status_code == 302, said(answer)
    assert "采购台账.csv" in said(officer.get(answer["Location"]))
    flagged.refresh_from_db()
    assert flagged.status == "asked"
    assert (
        f'href="/matters/{flagged.matter}/"'
        in officer.get(f"/flags/{flagged.pk}/").content.decode()
    )


def test_a_question_that_is_incomplete_is_shown_again(flagged, as_):
    answer = as_("one").post(f"/flags/{flagged.pk}/ask/", {"f.asks": "请说明"})
    assert answer.status_code == 422
    assert "请说明</textarea>" in answer.content.decode()
    assert Flag.objects.get().status == "new"


def test_a_question_leads_back_to_its_flag(flagged, as_):
    officer = as_("one")
    officer.post(f"/flags/{flagged.pk}/ask/", {"f.unit_signs": "no"})
    flagged.refresh_from_db()
    link = f'href="/flags/{flagged.pk}/"'
    for reader in (officer, as_("liaison")):
        page = reader.get(f"/matters/{flagged.matter}/").content.decode()
        assert link in page.partition('id="raised-title"')[2]
        assert reader.get(f"/flags/{flagged.pk}/").status_code == 200


def test_who_asks_nothing_here_is_told_so(flagged, as_):
    assert as_("section_head").get(f"/flags/{flagged.pk}/ask/").status_code == 200
    answer = as_("keeper").get(f"/flags/{flagged.pk}/ask/")
    assert answer.status_code == 403
    assert "直接监督该单位的派驻机构" in said(answer)


def test_leaving_a_flag_needs_reasons(flagged, as_):
    officer = as_("one")
    empty = officer.post(f"/flags/{flagged.pk}/dismiss/", {"f.reasons": " "})
    assert empty.status_code == 422
    assert "请写明理由" in said(empty)
    assert (
        officer.post(f"/flags/{flagged.pk}/dismiss/", {"f.reasons": "框架协议"}).status_code == 302
    )
    assert "框架协议" in said(officer.get(f"/flags/{flagged.pk}/"))
    assert officer.post(f"/flags/{flagged.pk}/dismiss/", {"f.reasons": "再来"}).status_code == 409


def test_a_person_says_what_the_answer_showed(flagged, as_):
    officer = as_("one")
    officer.post(f"/flags/{flagged.pk}/ask/", {"f.unit_signs": "no"})
    page = officer.get(f"/flags/{flagged.pk}/").content.decode()
    assert "explained/" in page
    assert "confirmed/" in page
    officer.post(f"/flags/{flagged.pk}/explained/", {"f.reasons": "批次订单"})
    flagged.refresh_from_db()
    assert flagged.status == "explained"


def test_the_list_of_flags_costs_few_queries(flagged, as_, django_assert_max_num_queries):
    client = as_("one")
    with django_assert_max_num_queries(12):
        client.get("/flags/")
    assert worlds.Account.objects.count() == 1
