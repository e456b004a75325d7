"""The search page and the quick answers: what is found, shown, and never hinted at."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import desk, rulebook, searching
from tests.desk.test_searching import WIDE_RAW
from tests.world import inquiry

GATE = 15


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def quick(client, query: str) -> dict[str, list[dict[str, str]]]:
    answer = client.get("/search/quick/", {"q": query})
    assert answer["Content-Type"] == "application/json"
    return {group["title"]: group["items"] for group in answer.json()["groups"]}


@pytest.fixture
def matter(world):
    return inquiry(world, "triage", summary="反映张三丰收受好处").ref


def test_a_matter_is_found_and_leads_to_its_page(as_, matter):
    page = as_("head").get("/search/", {"q": "张三"})
    assert f'href="/matters/{matter}/"' in page.content.decode()
    assert "含有该词，打开事项后可阅" in said(page)
    assert "收受好处" not in said(page)


def test_what_was_found_is_marked_and_what_was_entered_never_becomes_markup(world, as_):
    raw = {**WIDE_RAW, "a_text": "<b>单价差异</b>", "an_organization": "外单位"}
    desk.open(
        actor=world.who("keeper"), procedure="everything", body="WJ", raw=raw, now=world.now()
    )
    page = as_("head").get("/search/", {"q": "单价差异"}).content.decode()
    assert "&lt;b&gt;<mark>单价差异</mark>&lt;/b&gt;" in page


def test_a_stranger_gets_the_same_for_what_is_hidden_and_what_is_nowhere(as_, matter):
    stranger = as_("other_head")
    for path in ("/search/", "/search/quick/"):
        pages = []
        for word in (matter, "张三丰", "没有的话"):
            page = stranger.get(path, {"q": word}).content.decode().replace(word, "")
            # Forms carry a token of their own each time; what was asked is quoted back.
            page = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)
            pages.append(re.sub(r"q=[\w%+-]*", "", page))
        assert pages[0] == pages[1] == pages[2]


def test_quick_answers_come_in_groups_each_with_where_to_go(as_, world, matter):
    found = quick(as_("head"), matter)
    assert [item["title"] for item in found["事项"]] == [matter]
    assert found["事项"][0]["url"] == f"/matters/{matter}/"
    assert "待处置" in found["事项"][0]["detail"]
    unit = quick(as_("head"), "dyyy")["监督单位"]
    assert unit == [{"title": "市第一医院", "detail": "YY", "url": "/units/YY/"}]
    holder = quick(as_("head"), "陈院长")["岗位人员"][0]
    assert holder["url"] == "/posts/YY/unit_head/"
    opened = quick(as_("keeper", "en"), "inq")["Open a new matter"][0]
    assert opened["url"] == "/matters/new/inquiry/WJ/"


def test_every_place_an_answer_leads_to_is_there(as_, matter):
    for name in ("head", "keeper", "unit_head", "leader"):
        client = as_(name)
        for word in (matter, "医院", "组长", "陈", "线索", "t", "教育"):
            for items in quick(client, word).values():
                assert [client.get(item["url"]).status_code for item in items] == [200] * len(items)


def test_pages_are_found_by_their_names_and_initials(as_, world):
    client = as_("head")
    for word in ("工作台", "gzt", "desk"):
        assert 'id="places-found"' in client.get("/search/", {"q": word}).content.decode()


def test_nothing_asked_finds_nothing_and_nothing_found_is_said(as_, world):
    client = as_("head")
    assert "没有找到" not in said(client.get("/search/"))
    assert "没有找到" in said(client.get("/search/", {"q": "没有的话"}))
    assert quick(client, "") == {}
    assert quick(client, "\0%'\"") == {}


def test_a_search_costs_the_same_few_queries_for_few_and_many(as_, world, matter):
    client = as_("head")
    rulebook.current()

    def cost() -> int:
        client.get("/search/", {"q": "张三丰"})
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/search/", {"q": "张三丰"}).status_code == 200
        return len(caught)

    few = cost()
    for _ in range(30):
        inquiry(world, summary="反映张三丰收受好处")
    assert cost() == few
    assert few <= GATE


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "更早的没有看"), ("en", "older ones were not looked at")]
)
def test_that_older_matters_were_not_looked_at_is_said_on_the_page_and_in_the_palette(
    world, as_, monkeypatch, lang, words
):
    monkeypatch.setattr(searching, "BATCH", 1)
    monkeypatch.setattr(searching, "MOST_BATCHES", 2)
    client = as_("keeper", lang)
    inquiry(world, summary="甲乙，乙丙")
    assert words not in said(client.get("/search/", {"q": "甲乙丙"}))
    assert "note" not in client.get("/search/quick/", {"q": "甲乙丙"}).json()
    inquiry(world, summary="甲乙，乙丙")
    assert words in said(client.get("/search/", {"q": "甲乙丙"}))
    assert words in client.get("/search/quick/", {"q": "甲乙丙"}).json()["note"]


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "只比对最近登记的一部分"), ("en", "only the last registered are")]
)
def test_that_a_search_may_leave_out_older_ones_is_said_whatever_was_found(
    world, as_, monkeypatch, lang, words
):
    """It rests on how much one may know of: the same for what is found, hidden and nowhere."""
    monkeypatch.setattr(searching, "BATCH", 3)
    monkeypatch.setattr(searching, "MOST_BATCHES", 1)
    inquiry(world, summary="反映张三丰收受好处")

    def tells(name: str, query: str) -> bool:
        return words in said(as_(name, lang).get("/search/", {"q": query}))

    for number in range(2, 6):
        inquiry(world, summary="反映其他事情")
        for query in ("张三丰", "收受好处", "没有的话"):
            assert tells("keeper", query) == (number > 3), (number, query)
            assert not tells("other_head", query)
    assert not tells("keeper", ""), "nothing was asked"
