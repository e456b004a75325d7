"""Help where one is: a tour that is shown once, the words in both languages, manuals of the rules."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from paizhu.casework import manuals, rulebook
from paizhu.kernel.text import Text
from paizhu.rules.flow import NOWHERE, moves
from paizhu.web import tours
from paizhu.web.diagram import diagram
from paizhu.web.manualpage import html
from paizhu.web.models import SeenTour
from paizhu.web.nouns import NOUNS
from tests import world as worlds

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
ARCHITECTURE = worlds.ROOT / "ARCHITECTURE.md"


@pytest.fixture
def national(world, settings):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    rulebook.forget()
    return world


def text(page) -> str:
    return page.content.decode()


def said(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(page)).split())


# --- the first look round -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tour"),
    [("one", "officer"), ("head", "head"), ("leader", "office"), ("liaison", "unit")],
)
def test_each_role_is_offered_its_own_tour_until_it_is_dismissed(world, as_, name, tour):
    assert tours.tour_of(world.who(name)).name == tour
    client = as_(name)
    assert "data-tour" in text(client.get("/"))
    answer = client.post("/help/seen/", {"next": "/"})
    assert answer["Location"] == "/"
    assert SeenTour.objects.get().tour == tour
    assert "data-tour" not in text(client.get("/"))
    client.post("/help/seen/")
    assert SeenTour.objects.count() == 1
    client.post("/help/again/")
    assert "data-tour" in text(client.get("/"))


def test_what_one_person_dismissed_another_is_still_offered(world, as_):
    as_("one").post("/help/seen/")
    assert "data-tour" in text(as_("two").get("/"))


def test_somebody_without_a_post_gets_a_tour_too(world):
    worlds.person(world, "nobody", "吕无岗")
    assert tours.tour_of(world.who("nobody")).name == "partner"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_steps_stand_on_a_page(world, as_, lang):
    page = said(as_("one", lang).get("/help/"))
    for step in tours.TOURS["officer"].steps:
        assert step.title.say(lang) in page


def test_the_offer_costs_one_query_a_session(world, as_):
    client, asked = as_("head"), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert "data-tour" in text(client.get("/"))
        asked.append(sum("web_seentour" in query["sql"] for query in caught.captured_queries))
    assert asked == [1, 0]


def test_another_session_knows_what_was_dismissed(world, as_):
    as_("one").post("/help/seen/")
    assert "data-tour" not in text(as_("one").get("/"))


# --- words ----------------------------------------------------------------------------------------


def test_the_nouns_are_the_fifteen_of_the_architecture():
    rows = re.findall(r"^\| `.*?\| (.+?) \| (.+?) \|", ARCHITECTURE.read_text(), re.M)
    written = [word.split(" / ")[0].strip() for word, _ in rows]
    assert len(NOUNS) == len(written) == 15
    assert all(noun.zh.startswith(word) for (noun, _), word in zip(NOUNS, written, strict=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_glossary_holds_the_words_of_the_packs_in_both_languages(national, as_, lang):
    page = said(as_("one", lang).get("/glossary/"))
    for one in rulebook.current().procedures.values():
        assert one[-1].title.zh in page
    assert "Clue" in page
    assert "组长" in page
    assert all(noun.zh in page and noun.en in page for noun, _ in NOUNS)


def test_a_word_stands_once_with_where_it_is_used(national):
    words = dict(manuals.words(national.today))
    for those in words.values():
        assert len({word.said for word in those}) == len(those)
    roles = next(those for title, those in words.items() if title.en == "Roles")
    head = next(word for word in roles if word.said.zh == "组长")
    assert "等" in head.where.zh
    assert "more" in head.where.en


def test_before_any_rule_there_is_no_manual_and_no_word(national):
    assert manuals.procedures(date(1990, 1, 1)) == ()
    words = dict(manuals.words(date(1990, 1, 1)))
    assert [title.en for title, those in words.items() if those] == ["Instruments"]


# --- manuals --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_procedure_in_force_has_its_manual_page(national, as_, lang):
    client = as_("one", lang)
    listed = re.findall(r'href="(/manual/[a-z_]+/)"', text(client.get("/manual/")))
    today = timezone.localdate()
    names = {
        name
        for name, those in rulebook.current().procedures.items()
        if those[0].effective_from <= today
    }
    assert {path.split("/")[2] for path in listed} == names
    for path in listed:
        page = client.get(path)
        assert page.status_code == 200, path
        assert "<svg" in text(page)
        assert "mermaid" not in text(page)
        assert "```" not in text(page)
        told = re.search(r'manual-text">(.*)</section>', text(page), re.S)
        assert told is not None
        codes = re.findall(r"<code>([^<]+)</code>", told[1])
        assert [code for code in codes if re.fullmatch(r"[a-z_]+", code)] == [], path
        assert not re.search(r"\{\w+|\d{4}-\d{2}-\d{2}|>(?:键|key)<", told[1]), path


def test_an_earlier_version_can_be_read(national, as_):
    client = as_("one")
    name, those = next(
        (name, those) for name, those in rulebook.current().procedures.items() if len(those) > 1
    )
    page = client.get(f"/manual/{name}/?from={those[0].effective_from}")
    assert f"?from={those[-1].effective_from}" in text(page)
    assert those[0].digest in text(page)
    assert client.get(f"/manual/{name}/?from=1999-01-01").status_code == 404
    assert client.get("/manual/nothing/").status_code == 404


def test_every_way_between_stages_is_drawn_once_and_named(national):
    for those in rulebook.current().procedures.values():
        spec = those[-1].spec
        drawn = diagram(spec)
        ways = {(move.source, move.target) for move in moves(spec) if move.source != move.target}
        assert len(drawn.arrows) == len(ways), those[-1].name
        assert len(drawn.boxes) == len(spec.stages)
        assert len(drawn.numbered) == len(moves(spec))
        assert {one.number for one in drawn.numbered} == set(
            range(1, len({move.action for move in moves(spec)}) + 1)
        )
        tops = [box.y for box in drawn.boxes]
        assert len(set(tops)) == len(tops), "no stage lies over another"
        assert all(
            arrow.left > 0 and arrow.left + arrow.wide < drawn.width for arrow in drawn.arrows
        )
        begins = [move for move in moves(spec) if move.source == NOWHERE]
        assert begins


def test_no_two_ways_round_share_a_piece_of_a_track(national):
    for those in rulebook.current().procedures.values():
        drawn = diagram(those[-1].spec)
        beside: dict[int, list[tuple[int, int]]] = {}
        for arrow in drawn.arrows:
            found = re.fullmatch(r"M\d+ (\d+)H\d+Q(\d+) \d+ .* (\d+)H\d+", arrow.path)
            if found:
                low, high = sorted((int(found[1]), int(found[3])))
                beside.setdefault(int(found[2]), []).append((low, high))
        for spans in beside.values():
            ordered = sorted(spans)
            assert all(a[1] < b[0] for a, b in pairwise(ordered)), spans


def test_a_linked_procedure_is_named_and_a_number_has_blanks():
    titles = {"visit": Text("下沉监督", "Field activity")}
    page = "# 题\n\n自 2025-01-01 起，编号 `XC-{body}-{year}-{serial:03}`。\n- 开启关联事项：`visit`\n- 其他：2025-13-01"
    said = html(page, titles=titles)
    assert "自2025年1月1日起，编号 <code>XC-×-××××-×××</code>" in said
    assert "开启关联事项：下沉监督" in said
    assert "2025-13-01" in said


def test_what_a_pack_writes_is_escaped():
    page = html(
        "# head\n\n## Part\n\n- <b>one</b> `code`\n- two\n\n| a \\| b | c |\n| --- | --- |\n| <i> | d |\n"
    )
    assert page == (
        "<h2>Part</h2>\n<ul><li>&lt;b&gt;one&lt;/b&gt; <code>code</code></li><li>two</li></ul>\n"
        '<div class="scroll" tabindex="0"><table class="sheet"><thead><tr><th scope="col">a | b</th>'
        '<th scope="col">c</th></tr></thead><tbody><tr><td>&lt;i&gt;</td><td>d</td></tr></tbody>'
        "</table></div>"
    )


def test_a_head_with_nothing_below_it_is_left_out():
    assert html("# t\n## A\n```\nx\n```\n## B\nwords\n## C\n") == "<h2>B</h2>\n<p>words</p>"


def test_an_error_page_leads_to_help(as_):
    assert 'href="/help/"' in text(as_("head").get("/nowhere/"))
