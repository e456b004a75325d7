"""The statistics of a tender beside a flag on it: picture, table and why, for those who supervise."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from paizhu.analysis import flags, running, screens, sources
from paizhu.analysis.importing import import_file
from paizhu.analysis.models import Flag, Source
from paizhu.casework import rulebook
from tests import world as worlds
from tests.analysis.conftest import write_csv
from tests.web.test_matters import said

PACK = worlds.ROOT / "packs" / "cn-discipline"
HEADERS = ["单位", "项目编号", "供应商", "报价", "币种", "评审结果"]
#: One low and five bunched well above it; and honest tenders beside it.
COVER = (100_000, 104_800, 105_100, 105_300, 105_600, 105_000)
HONEST = ((98_000, 103_000, 109_500, 121_000, 99_100), (50_000, 61_000, 57_500, 66_000, 54_200))
SEVEN = ("变异系数", "极差比", "最低两价差", "相对距离", "偏度", "峰度", "与均匀分布的距离")


def bids() -> list[list[object]]:
    """The bids of four tenders, one of them with a price that is not valid."""
    rows: list[list[object]] = [
        ["市第一医院", f"P{number}", f"供应商{place}", price, "CNY", ""]
        for number, prices in enumerate((COVER, *HONEST, HONEST[0]), start=1)
        for place, price in enumerate(prices)
    ]
    return [*rows, ["市第一医院", "P1", "供应商9", 90_000, "CNY", "无效"]]


@pytest.fixture
def tender(world, settings, tmp_path) -> Flag:
    """The flag on a tender with six prices, and three honest tenders of the same unit."""
    settings.PAIZHU_PACKS, settings.PAIZHU_DATA = [PACK], tmp_path / "data"
    rulebook.forget()
    now, officer = timezone.now(), world.who("one")
    sources.register(
        actor=officer, key="yy-bids", table="bids", body="YY", purpose="年度采购专项监督", plan_ref="JH-1",
        expires_date=timezone.localdate(now) + timedelta(days=90), now=now,
    )  # fmt: skip
    sources.approve("yy-bids", actor=world.who("head"), now=now)
    book = write_csv(tmp_path / "投标.csv", bids(), HEADERS)
    assert import_file("bids", book, source="yy-bids", actor=officer, now=now).stored
    running.run("arranged_bids", actor=officer, now=now)
    return Flag.objects.get()


def test_a_tender_has_its_prices_and_seven_figures_beside_it(tender, as_):
    page = as_("one").get(f"/flags/{tender.pk}/")
    shown = said(page)
    for words in (
        *SEVEN,
        "高出最低价",
        "104,800.00",
        "4.80 %",
        "单看一个项目不足为凭",
        "小样本下数值波动大",
    ):
        assert words in shown, words
    assert "供应商9" not in shown.split("报价统计")[1], "an invalid price is none of its prices"
    html = page.content.decode()
    assert re.search(
        r'<figure class="picture" data-picture="screen-data-bid_screens" hidden>', html
    )
    (data,) = re.findall(
        r'<script id="screen-data-bid_screens" type="application/json">(.*?)</script>', html
    )
    drawn = json.loads(data)
    assert drawn["kind"] == "prices"
    assert [row[1] for row in drawn["rows"]] == [0, 4.8, 5, 5.1, 5.3, 5.6]
    english = said(as_("head", "en").get(f"/flags/{tender.pk}/"))
    for words in (
        "Coefficient of variation",
        "Above the lowest",
        "lower in 0 of 4",
        "Kurtosis",
        "proves nothing",
    ):
        assert words in english, words


def test_the_figures_are_those_of_the_measure(tender):
    (card,) = screens.beside(tender, now=timezone.now())
    values = {figure.title.zh: figure.value for figure in card.figures}
    assert values["变异系数"] == tender.facts["cv"] == "0.0204"
    assert values["偏度"] == tender.facts["skewness"]
    assert tuple(values) == SEVEN
    assert (len(card.points), card.silent) == (6, ())


def test_the_unit_that_is_asked_sees_the_rows_of_the_question_and_no_statistics(tender, as_, world):
    flags.ask(tender.pk, actor=world.who("one"), raw={"unit_signs": "no"}, now=timezone.now())
    page = said(as_("liaison").get(f"/flags/{tender.pk}/"))
    assert "104,800.00" in page
    assert "变异系数 " not in page.split("涉及的数据行")[1]
    assert "高出最低价" not in page


def test_an_expired_source_gives_no_prices_and_says_so(tender, as_):
    Source.objects.update(expires_date=timezone.localdate() - timedelta(days=1))
    shown = said(as_("one").get(f"/flags/{tender.pk}/"))
    assert "104,800.00" not in shown
    for words in ("不计算：", "“投标记录”可评估 0 行，至少需要 4 行"):
        assert words in shown, words


def test_too_few_prices_are_no_statistics(tender, world, tmp_path):
    """A flag on a tender of three prices is shown the reason."""
    tender.facts = {**tender.facts, "project_no": "P9"}
    (card,) = screens.beside(tender, now=timezone.now())
    assert (card.points, card.figures) == ((), ())
    assert "Projects with fewer than four valid bids" in [say.en for say in card.silent]


def test_a_flag_on_no_tender_has_none_beside_it(tender):
    tender.facts = {"unit": "市第一医院", "supplier": "甲公司"}
    assert screens.beside(tender, now=timezone.now()) == ()
