"""Pictures: each figure is the number of records it opens, within rights, with table and rule."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from paizhu.analysis.pictures import catalog, known, work
from paizhu.casework import counted as counted_facts
from paizhu.casework import desk, rulebook
from paizhu.casework.models import Matter
from tests import world as worlds
from tests.desk.test_pages_by_role import duty, field_activity
from tests.desk.test_today import question
from tests.web.test_flags import raise_a_flag
from tests.world import sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
NAMES = [one.name for one in catalog.PICTURES]
KILOBYTE = 1024
GATE = 20


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules over the small institution, with no business data."""
    settings.PAIZHU_PACKS = [NATIONAL]
    settings.PAIZHU_DATA = tmp_path
    rulebook.forget()
    return world


def text(page) -> str:
    return page.content.decode()


def said(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text(page)).split())


def some_work(world) -> None:
    ref = question(world)
    take(world, "liaison", ref, "answer", answer="系三个科室分别申报")
    question(world, "two")
    duty(world)
    ref = field_activity(world)
    take(world, "one", ref, "cancel", reasons="改期")
    sign(world, "head", ref)
    field_activity(world)


def counted(world, name: str, as_whom: str = "head"):
    now = timezone.now() if name == "relations" else world.now()
    return catalog.picture(world.who(as_whom), name, now=now).tally


def test_every_picture_has_table_rule_and_records_of_the_same_number(national, as_):
    some_work(national)
    client = as_("head")
    assert said(client.get("/pictures/")).count("？") >= len(NAMES)
    for name in NAMES:
        page = client.get(f"/pictures/{name}/")
        assert page.status_code == 200
        assert "这些数是怎么来的" in said(page)
        assert "截至" in said(page)
        for url, number in re.findall(
            r'<a href="(/pictures/[^"]+/records/[^"]*)">(\d+)</a>', text(page)
        ):
            records = client.get(url.replace("&amp;", "&"))
            assert records.status_code == 200
            assert records.content.decode().count("data-row") == int(number), url


def test_the_drawing_and_the_table_hold_the_same_figures(national, as_):
    some_work(national)
    page = text(as_("head").get("/pictures/flow/"))
    data = json.loads(re.search(r'id="picture-data"[^>]*>(.*?)</script>', page)[1])
    drawn = sum(cell[2] for cell in data["cells"])
    assert drawn == counted(national, "flow").number() > 0
    assert {cell[3].split("?")[0] for cell in data["cells"]} == {"/pictures/flow/records/"}


def test_the_figures_of_two_readers_differ_by_what_they_may_know(national, as_):
    some_work(national)
    assert counted(national, "flow").number() > 0
    assert counted(national, "flow", "other_head").number() == 0
    assert "没有可以数的记录" in said(as_("other_head").get("/pictures/flow/"))
    mine = counted(national, "ageing", "liaison").number()
    refs = set(Matter.objects.filter(procedure="field_activity").values_list("ref", flat=True))
    assert mine > 0
    seen = counted(national, "ageing", "liaison").records("", "")
    assert not refs & set(seen)


def test_whoever_recused_himself_is_told_of_nothing(national):
    ref = question(national)
    before = counted(national, "flow", "one").records("", "")
    desk.recuse(
        actor=national.who("one"), ref=ref, person=national.key("one"), reasons="亲属",
        version=national.card("one", ref).version, now=national.now(),
    )  # fmt: skip
    assert ref in before
    for name in ("dues", "flow", "ageing", "powers", "load"):
        assert ref not in counted(national, name, "one").records("", "")


def test_what_came_from_a_hidden_matter_says_so_to_nobody_who_may_not_know_it(national):
    parent = question(national)
    take(national, "liaison", parent, "answer", answer="系三个科室分别申报")
    some_work(national)
    tally = counted(national, "flow")
    origins = {row.key.split(".")[0] for row in tally.rows}
    assert origins <= {"opened", "duty", "matter", "flag", "field"}


def test_ages_and_cohorts_fall_where_their_days_say():
    assert [work._age(days) for days in (0, 30, 31, 90, 91, 180, 365, 366)] == [
        "30", "30", "90", "90", "180", "180", "365", "more",
    ]  # fmt: skip
    assert work._share(3, 4).en == "75% (30–95%)"


def test_the_calendar_says_what_is_due_before_its_weeks(national):
    question(national)
    who = national.who("head")
    now = work.dues(who, on=national.today)
    assert now.number() == 1
    assert now.notes == ()
    later = work.dues(who, on=national.today.replace(year=national.today.year + 1))
    assert later.number() == 0
    assert "1" in later.notes[0].zh


def test_more_matters_than_are_counted_is_said(national, monkeypatch):
    some_work(national)
    for module in (known, work):
        monkeypatch.setattr(module, "MOST", 2)
    assert counted(national, "flow").number() == 2
    assert counted(national, "powers").notes
    assert "2" in counted(national, "ageing").notes[0].zh


def test_what_was_opened_from_a_matter_says_so_to_whoever_knows_both(national):
    national.today = timezone.localdate()
    ref = field_activity(national)
    held = {"held_date": str(national.today), "who_went": "两名干部"}
    take(national, "one", ref, "hold", **held)
    take(
        national, "one", ref, "record_finding", way=["records"], looked_at="台账", seen="缺签收",
        result="finding", found="签收缺失", found_date=str(national.today),
    )  # fmt: skip
    origins = {row.key.split(".")[0] for row in counted(national, "flow").rows}
    assert origins == {"opened", "matter"}


def test_load_says_what_presses_by_team(national):
    question(national)
    assert counted(national, "load").number("WJ", "rest") == 1
    near = national.now() + timedelta(days=10)
    tally = catalog.picture(national.who("head"), "load", now=near).tally
    assert tally.number("WJ", "soon") == 1
    later = national.now().replace(year=national.now().year + 1)
    late = catalog.picture(national.who("head"), "load", now=later).tally
    assert late.number("WJ", "late") == 1
    assert late.beside[0].words["WJ"].en == "6"


def test_repairs_are_grouped_by_year_and_by_how_soon_they_were_closed():
    fact = counted_facts.Fact(
        1, "R", "p", "r", "s", True, date(2025, 1, 1), date(2025, 3, 1), 1, ""
    )
    assert work._closed_in(fact) == "90"
    assert work._closed_in(fact._replace(closed_date=date(2025, 5, 1))) == "180"
    assert work._closed_in(fact._replace(closed_date=date(2026, 5, 1))) == "more"
    assert work._closed_in(fact._replace(closed_date=None)) == "open"


def test_suppliers_are_counted_from_approved_sources_alone(world, settings, tmp_path, as_):
    raise_a_flag(world, settings, tmp_path)
    page = as_("head").get("/pictures/relations/")
    assert "甲医疗器械有限公司" in said(page)
    assert "年度采购专项监督" in said(page), "the purpose is said"
    url = re.search(r'<a href="(/pictures/relations/records/[^"]+)">3</a>', text(page))[1]
    records = as_("one").get(url.replace("&amp;", "&"))
    rows = text(records).split("<tbody>")[1]
    assert rows.count("甲医疗器械有限公司") == 3
    assert "甲医疗器械有限公司" not in said(as_("other_head").get("/pictures/relations/"))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("liaison", "/pictures/load/"),
        ("liaison", "/pictures/relations/"),
        ("head", "/pictures/nothing/"),
        ("head", "/pictures/flow/records/?row=nothing.here"),
        ("head", "/pictures/relations/records/?row=0123"),
    ],
)
def test_what_is_not_offered_does_not_exist(national, as_, name, path):
    assert as_(name).get(path).status_code == 404


def test_each_picture_costs_the_same_few_queries_and_bytes(national, as_):
    client = as_("head")
    some_work(national)
    costs = []
    for _ in range(2):
        for name in NAMES:
            client.get(f"/pictures/{name}/")
        cost = {}
        for name in NAMES:
            with CaptureQueriesContext(connection) as caught:
                page = client.get(f"/pictures/{name}/")
            cost[name] = len(caught)
            assert len(gzip.compress(page.content)) <= 60 * KILOBYTE
        costs.append(cost)
        some_work(national)
        some_work(national)
    assert costs[0] == costs[1]
    assert max(costs[0].values()) <= GATE, costs[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_library_is_loaded_only_where_there_is_a_picture(national, as_, lang):
    client = as_("head", lang)
    assert "echarts" not in text(client.get("/pictures/flow/")), "nothing to draw"
    some_work(national)
    assert "vendor/echarts" in text(client.get("/pictures/flow/"))
    for path in ("/", "/pictures/", "/matters/"):
        assert "echarts" not in text(client.get(path))


def figures(page) -> list[tuple[str, str]]:
    """Give the addresses of records that figures lead to, with the figure."""
    return re.findall(r'<a href="(/pictures/[^"]+/records/[^"]*)">(\d+)</a>', text(page))


@pytest.mark.parametrize(
    ("name", "path", "drawn"),
    [
        ("head", "/team/", ("dues", "ageing")),
        ("head", "/units/YY/", ("unit",)),
        ("liaison", "/units/YY/", ("unit",)),
        ("leader", "/office/", ("load",)),
        ("leader", "/city/", ("powers",)),
    ],
)
def test_pages_by_role_hold_pictures_with_their_table_and_their_why(
    national, as_, name, path, drawn
):
    national.today = timezone.localdate()  # a calendar shows the weeks around the day of the page
    client = as_(name)
    assert "echarts" not in text(client.get(path)), "nothing to draw"
    some_work(national)
    page = client.get(path)
    assert re.findall(r'data-picture="picture-(\w+)-data"', text(page)) == list(drawn)
    assert "vendor/echarts" in text(page)
    found = figures(page)
    assert found
    for url, number in found:
        answer = client.get(url.replace("&amp;", "&"))
        assert text(answer).count("data-row") == int(number), url
    back = re.search(r'href="(/pictures/[^"]+)" data-up', text(answer))[1]
    assert client.get(back.replace("&amp;", "&")).status_code == 200
    whys = re.findall(r'<a href="(/pictures/[^"]+)#why" data-why>', text(page))
    assert len(whys) == len(drawn)
    for url in whys:
        why = text(client.get(url.replace("&amp;", "&")))
        assert "data-why-part" in why
        assert "截至" in why


def test_a_picture_of_one_body_counts_its_matters_alone(national):
    some_work(national)
    for name in ("dues", "ageing"):
        whole = catalog.picture(national.who("leader"), name, now=national.now()).tally.number()
        parts = [
            catalog.picture(
                national.who("leader"), name, now=national.now(), of=code
            ).tally.number()
            for code in ("WJ", "JY")
        ]
        assert parts == [whole, 0]
        assert whole
    seen = catalog.picture(national.who("head"), "unit", now=national.now(), of="YY")
    assert seen.why[0].text.zh
    assert {column for _, column in seen.tally.held} == {"open", "closed"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("head", "/pictures/unit/"),
        ("head", "/pictures/unit/?of=WJ"),
        ("head", "/pictures/unit/?of=NOBODY"),
        ("liaison", "/pictures/ageing/?of=WJ"),
        ("head", "/pictures/flow/?of=WJ"),
    ],
)
def test_a_picture_of_a_body_that_is_not_ones_concern_does_not_exist(national, as_, name, path):
    assert as_(name).get(path).status_code == 404
