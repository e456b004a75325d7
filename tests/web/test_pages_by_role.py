"""The pages by role: what each shows, to whom it does not exist, and how few queries it costs."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from paizhu.casework import approvals, rulebook, saving
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import SavedFilter
from paizhu.ledger.models import Entry
from tests import world as worlds
from tests.desk.unit_work import counted, duty, field_activity, finding, question
from tests.web.test_addresses import addresses
from tests.world import inquiry, sign, take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
UNKNOWN = "/matters/TX-WJ-2025-9999/"
#: Each page with who opens it, and the queries it may cost.
GATES = {
    "/": (("one", "head", "leader", "liaison"), 15),
    "/approvals/": (("head", "section_head"), 20),
    "/team/": (("one", "head"), 20),
    "/office/": (("leader",), 20),
    "/city/": (("leader",), 20),
    "/units/": (("head", "leader", "liaison"), 20),
    "/units/YY/": (("head", "leader", "liaison"), 20),
    "/posts/YY/liaison/": (("head", "liaison"), 20),
    "/filters/": (("head",), 20),
    "/together/": (("keeper", "one"), 20),
}


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


def cost(client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200, path
    return len(caught)


def some_work(world) -> None:
    """Leave something of every kind on the desks."""
    ref = question(world)
    take(world, "liaison", ref, "answer", answer="系三个科室分别申报")
    question(world, "two")
    field_activity(world)
    duty(world)
    ref = finding(world)
    asked = {"origin": "supervision", "seen": "缺验收单", "asks": "请说明", "unit_signs": "yes"}
    take(world, "one", ref, "ask_unit", **asked)
    counted(world, Entry.objects.count())
    ref = field_activity(world)
    take(world, "one", ref, "cancel", reasons="改期")
    sign(world, "head", ref)
    take(world, "one", field_activity(world), "cancel", reasons="改期")


def test_each_page_costs_the_same_few_queries_for_few_and_many_matters(national, as_):
    clients = {name: as_(name) for names, _ in GATES.values() for name in names}
    for name in ("head", "one", "liaison"):
        for number in range(2):
            saving.save(
                national.who(name), name=f"{number}", narrowed=MatterFilter(state="open"), threshold="1"
            )  # fmt: skip
    some_work(national)
    some_work(national)
    wanted = [(path, name) for path, (names, _) in GATES.items() for name in names]
    for path, name in wanted:
        clients[name].get(path)
    few = {(path, name): cost(clients[name], path) for path, name in wanted}
    for _ in range(3):
        some_work(national)
    many = {(path, name): cost(clients[name], path) for path, name in wanted}
    assert {key for key in many if many[key] > few[key]} == set(), (few, many)
    over = {key: number for key, number in many.items() if number > GATES[key[0]][1]}
    assert over == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_page_is_said_in_the_language_asked_for(national, as_, lang):
    some_work(national)
    for path, (names, _) in GATES.items():
        page = as_(names[0], lang).get(path)
        assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in text(page)
        assert "{%" not in text(page)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("liaison", "/team/"),
        ("leader", "/team/"),
        ("head", "/team/?of=JY"),
        ("head", "/office/"),
        ("liaison", "/city/"),
        ("one", "/city/"),
        ("other_head", "/units/YY/"),
        ("head", "/units/JY/"),
        ("other_head", "/posts/YY/liaison/"),
        ("head", "/posts/YY/nothing/"),
        ("head", "/filters/9999/"),
        ("one", "/together/sha256:0/close/"),
    ],
)
def test_a_page_that_is_not_ones_own_does_not_exist(world, as_, name, path):
    answer = as_(name).get(path)
    assert answer.status_code == 404
    assert said(answer).replace(path, "") != ""


def test_hidden_and_unknown_units_get_the_same_bytes(world, as_):
    client = as_("other_head")
    assert client.get("/units/YY/").content == client.get("/units/NOPE/").content
    assert client.get("/posts/YY/liaison/").content == client.get("/posts/YY/nobody/").content


# --- today ----------------------------------------------------------------------------------------


def test_the_desk_folds_what_colleagues_took_up(national, as_):
    ref = question(national, "one")
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    mine, colleague = as_("one").get("/"), as_("two").get("/")
    assert "对方已答复" in said(mine)
    assert '<details class="fold" id="team">' in text(colleague)
    assert '<details class="fold" id="team" open>' in text(as_("two").get("/?of=team"))
    assert "没有等您办理的事项" in said(colleague)


def test_new_flags_stand_on_the_desks_of_those_who_supervise(world, as_):
    assert "新预警" in said(as_("one").get("/"))
    assert "新预警" not in said(as_("liaison").get("/"))


def test_a_filter_at_its_mark_is_told_by_its_name_alone(world, as_):
    inquiry(world)
    saving.save(
        world.who("head"), name="刚登记", narrowed=MatterFilter(stage="inquiry.registered"), threshold="1"
    )  # fmt: skip
    saving.watch(world.now())
    page = as_("head").get("/")
    assert "刚登记" in said(page)
    assert "采购中收受好处" not in said(page)
    number = SavedFilter.objects.get().pk
    answer = as_("head").get(f"/filters/{number}/")
    assert answer["Location"] == "/matters/?stage=inquiry.registered"
    assert "刚登记" not in said(as_("head").get("/"))


# --- approvals ------------------------------------------------------------------------------------


def test_one_signs_and_the_next_comes_up(world, as_):
    refs = [inquiry(world, "proposed").ref for _ in range(2)]
    head = as_("head")
    page = head.get("/approvals/")
    assert "第 1 件，共 2 件" in said(page)
    assert "同意之后" in said(page)
    assert "进入“待处置”" in said(page)
    first = re.search(r'action="(/approvals/[^"]+/sign/)"', text(page))[1]
    version = re.search(r'name="version" value="(\d+)"', text(page))[1]
    signed = next(ref for ref in refs if ref in first)
    answer = head.post(first, {"version": version})
    assert answer.status_code == 302
    assert next(ref for ref in refs if ref != signed) in answer["Location"]
    assert world.card("head", signed).stage == "triage"
    assert "第 1 件，共 1 件" in said(head.get(answer["Location"]))
    gone = head.get(f"/approvals/?at={signed}:2")
    assert approvals.DECIDED.zh in said(gone)


def test_a_return_needs_reasons_and_keeps_its_place(world, as_):
    ref = inquiry(world, "proposed").ref
    head = as_("head")
    page = head.get("/approvals/")
    back = re.search(r'action="(/approvals/[^"]+/return/)"', text(page))[1]
    version = re.search(r'name="version" value="(\d+)"', text(page))[1]
    empty = head.post(back, {"version": version, "f.reasons": " "})
    assert empty.status_code == 422
    assert ref in text(empty)
    done = head.post(back, {"version": version, "f.reasons": "请补充材料"})
    assert done.status_code == 302
    assert done["Location"] == "/approvals/"
    assert "没有等您签批的提请" in said(head.get("/approvals/"))
    assert not world.card("keeper", ref).proposals


def test_what_changed_meanwhile_is_said_before_anything_is_signed(world, as_):
    ref = inquiry(world, "proposed").ref
    number = world.card("head", ref).proposals[0].proposal
    answer = as_("head").post(f"/approvals/{ref}/{number}/sign/", {"version": "1"})
    assert answer.status_code == 409
    assert world.card("head", ref).proposals
    withdrawn = as_("head").post(f"/approvals/{ref}/99/sign/", {"version": "1"})
    assert withdrawn.status_code == 404
    for name in ("one", "other_head"):
        assert as_(name).post(f"/approvals/{ref}/{number}/sign/", {"version": "2"}).status_code in (403, 404)  # fmt: skip


# --- boards ---------------------------------------------------------------------------------------


def test_the_board_leads_to_matters_and_never_to_a_person(world, as_):
    inquiry(world, "triage")
    page = text(as_("head").get("/team/"))
    assert f"stage=inquiry.triage&amp;body={world.bodies['WJ'].pk}" in page
    assert "周经办" in page
    for link in re.findall(r'href="([^"]+)"', page):
        assert "person" not in link
    assert "没有您可以知悉的在办事项" in said(as_("three").get("/team/"))


def test_the_office_shows_counts_and_no_content(national, as_):
    some_work(national)
    page = as_("leader").get("/office/")
    assert "各组并列" in said(page)
    for word in ("药品采购", "同日三次采购", "缺验收单"):
        assert word not in text(page)
    assert "/matters/WX-" not in text(page)


def test_figures_stand_side_by_side_once_a_team_has_made_its_return(national, as_):
    question(national)
    leader = as_("leader")
    assert "这一期还没有组统计过这张报表" in said(leader.get("/office/?return=team_monthly"))
    place = re.search(r'href="(/returns/team_monthly/WJ/[^"]+)"', text(leader.get("/office/")))[1]
    assert leader.post(place).status_code == 302
    page = said(leader.get("/office/"))
    assert "期末在办" in page
    assert "已报" in page
    assert said(leader.get("/office/?return=nothing_like_it"))


def test_the_city_counts_units_in_the_order_of_codes(national, as_):
    question(national)
    page = text(as_("leader").get("/city/"))
    assert page.index("驻教育局") < page.index("驻卫健委")
    assert 'href="/units/YY/"' in page
    assert '<span class="stamp due">未见下沉' in page
    field_activity(national)
    assert '<span class="stamp due">超过一年' in text(as_("leader").get("/city/"))


@pytest.mark.parametrize(
    ("name", "path", "tables"), [("head", "/team/", 2), ("leader", "/office/", 2), ("leader", "/city/", 1)]
)  # fmt: skip
def test_each_table_of_counts_says_where_its_figures_come_from(national, as_, name, path, tables):
    some_work(national)
    found = re.findall(
        r'<details class="fold why-table">(.*?)</details>', text(as_(name).get(path)), re.S
    )
    assert len(found) >= tables
    for why in found:
        assert all(word in why for word in ("数的是什么", "怎么数", "为谁数", "截至"))


def test_a_figure_of_the_office_leads_to_as_many_matters(national, as_):
    some_work(national)
    leader = as_("leader")
    leader.get("/")
    ref = question(national)
    take(national, "liaison", ref, "answer", answer="系三个科室分别申报")
    page = text(leader.get("/office/"))
    found = re.findall(r'<a href="(/matters/\?[^"]*)">(\d+)</a>', page)
    assert found
    for url, number in found:
        assert text(leader.get(url.replace("&amp;", "&"))).count("data-row") == int(number), url


# --- units and posts ------------------------------------------------------------------------------


def test_the_file_of_a_unit_is_one_page(national, as_):
    ref = question(national)
    page = as_("head").get("/units/YY/")
    for part in ("在办事项", "整改", "预警", "权力事项", "岗位与联系人", "经过", "看过几次"):
        assert part in said(page)
    assert ref in text(page)
    assert 'href="/posts/YY/liaison/"' in text(page)
    assert "冯联络" in said(as_("head").get("/posts/YY/liaison/"))
    assert "李组长" in said(as_("head").get("/posts/WJ/head/"))


def test_a_recused_person_finds_nothing_in_the_file(national, as_):
    from paizhu.casework import desk

    ref = question(national)
    desk.recuse(
        actor=national.who("head"), ref=ref, person=national.key("two"), reasons="曾任职",
        version=national.card("head", ref).version, now=national.now(),
    )  # fmt: skip
    for path in ("/units/YY/", "/team/", "/", "/?of=team"):
        assert ref not in text(as_("two").get(path)), path


# --- the unit's page ------------------------------------------------------------------------------


def test_the_liaison_is_told_what_by_when_and_what_then(national, as_):
    ref = question(national)
    page = as_("liaison").get("/")
    for word in ("请办：答复", "谁提出的", "什么时候前", "办完以后", "看到的情况"):
        assert word in said(page)
    assert f'href="/matters/{ref}/do/answer/"' in text(page)
    assert "本单位可以主动办的" in said(page)
    assert "现在没有需要本单位办的事" in said(as_("unit_head").get("/"))


# --- saved filters --------------------------------------------------------------------------------


def test_a_filter_is_saved_from_the_list_and_dropped(world, as_):
    inquiry(world)
    head = as_("head")
    listed = text(head.get("/matters/?state=open"))
    assert "保存这个筛选" in listed
    assert "保存这个筛选" not in text(head.get("/matters/"))
    assert head.post("/filters/", {"name": "在办", "state": "open", "threshold": "5"}).status_code == 302  # fmt: skip
    page = head.get("/filters/")
    assert "在办" in said(page)
    assert "达到 5 件时提醒" in said(page)
    wrong = head.post("/filters/", {"name": "", "state": "open"})
    assert wrong.status_code == 422
    assert 'name="state" value="open"' in text(wrong)
    number = SavedFilter.objects.get().pk
    assert as_("keeper").post(f"/filters/{number}/drop/").status_code == 404
    assert head.post(f"/filters/{number}/drop/").status_code == 302
    assert "还没有保存的筛选" in said(head.get("/filters/"))


# --- several at once ------------------------------------------------------------------------------


def test_several_are_done_at_once_each_with_its_own_answer(national, as_):
    refs = [counted(national, number) for number in range(3)]
    keeper = as_("keeper")
    place = re.search(r'href="(/together/[^"]+/pass_on/)"', text(keeper.get("/together/")))[1]
    page = text(keeper.get(place))
    assert all(f'value="{ref}@1"' in page for ref in refs)
    chosen = [f"{refs[0]}@1", f"{refs[1]}@0", "nonsense"]
    wrong = keeper.post(place, {"matter": chosen, "f.passed_date": "昨天"})
    assert wrong.status_code == 422
    assert f'value="{refs[2]}@1">' in text(wrong), "what was not chosen stays so"
    done = keeper.post(place, {"matter": chosen, "f.passed_date": str(national.today)})
    assert "已办理 1 件，未办理 1 件" in said(done)
    assert national.card("keeper", refs[0]).final


# --- never by person ------------------------------------------------------------------------------


def test_no_address_takes_a_person():
    """What one person did across matters is put together nowhere (refusal 5)."""
    for pattern in addresses():
        assert not set(pattern.pattern.converters) & {"person", "member", "account", "officer"}
        route = str(pattern.pattern)
        assert "person" not in route
        assert "member" not in route
