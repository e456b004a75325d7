"""The pages of a matter from the first form to the last signature, for each who takes part."""

from __future__ import annotations

import re

import pytest

from paizhu.casework.models import Matter
from paizhu.web.views.matters import harmless
from tests import world as worlds
from tests.web.test_forms import ENTERED
from tests.world import inquiry


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def version(client, ref: str) -> str:
    page = client.get(f"/matters/{ref}/").content.decode()
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_an_inquiry_runs_from_the_form_to_the_last_signature(world, as_):
    keeper, head, one = as_("keeper"), as_("head"), as_("one")
    entered = {f"f.{name}": value for name, value in worlds.INQUIRY.items()}
    opened = keeper.post("/matters/new/inquiry/WJ/", entered)
    ref = opened["Location"].split("/")[2]

    seats = {"f.seats[]": [world.key("one"), world.key("two")], "version": version(keeper, ref)}
    assert keeper.post(f"/matters/{ref}/do/hand_over/", seats).status_code == 302
    assert "待签批" in said(head.get("/"))
    proposal = re.search(r"#proposal-(\d+)", head.get("/").content.decode())[1]
    sign = {"version": version(head, ref)}
    assert head.post(f"/matters/{ref}/proposals/{proposal}/sign/", sign).status_code == 302

    page = said(one.get(f"/matters/{ref}/"))
    assert "待处置" in page
    assert "周经办、吴经办" in page
    assert "提出处置意见" in page
    given = {"f.disposal": "hold", "f.reasons": "线索不足", "version": version(one, ref)}
    assert one.post(f"/matters/{ref}/do/dispose/", given).status_code == 302
    assert "已提请签批" in said(one.get(f"/matters/{ref}/"))


def test_who_may_not_act_is_told_why(world, as_):
    ref = inquiry(world, "triage").ref
    page = said(as_("head").get(f"/matters/{ref}/"))
    assert "现在不能办理的动作及理由" in page
    given = {"version": version(as_("head"), ref), "f.disposal": "hold", "f.reasons": "x"}
    answer = as_("head").post(f"/matters/{ref}/do/dispose/", given)
    assert answer.status_code == 403
    assert "未作任何记录" in said(answer)


def test_who_is_to_sign_is_led_to_the_signature(world, as_):
    ref = inquiry(world, "proposed").ref
    assert "请您在上方签批或者退回" in said(as_("head").get(f"/matters/{ref}/"))
    other = said(as_("keeper").get(f"/matters/{ref}/"))
    assert "请您在上方签批或者退回" not in other
    assert "在等签批" in other


def test_a_step_nobody_declared_is_not_found_and_one_not_possible_now_says_why(world, as_):
    ref = inquiry(world, "triage").ref
    head = as_("head")
    assert head.get(f"/matters/{ref}/do/nothing_like_it/").status_code == 404
    blocked = head.get(f"/matters/{ref}/do/dispose/")
    assert blocked.status_code == 200
    assert "这一步现在不能办理" in blocked.content.decode()
    assert "data-basis" in blocked.content.decode()
    gone = head.get(f"/matters/{ref}/do/register/").content.decode()
    assert "事项已不在可以办理它的阶段" in gone


def test_the_form_of_an_action_stands_beside_what_the_matter_says(world, as_):
    ref = inquiry(world, "triage").ref
    form = as_("one").get(f"/matters/{ref}/do/dispose/").content.decode()
    beside = form.partition('id="fields-title"')[2]
    whole = as_("one").get(f"/matters/{ref}/").content.decode()
    told = re.findall(
        r"<dd[^>]*>(.*?)</dd>",
        whole.partition('id="fields-title"')[2].partition("</section>")[0],
        re.S,
    )
    assert told
    assert all(one in beside for one in told)


def test_returning_and_withdrawing_need_reasons_and_keep_the_page(world, as_):
    ref = inquiry(world, "proposed").ref
    head, keeper = as_("head"), as_("keeper")
    proposal = world.card("head", ref).proposals[0].proposal
    empty = head.post(
        f"/matters/{ref}/proposals/{proposal}/return/", {"version": version(head, ref)}
    )
    assert empty.status_code == 422
    assert "请写明理由" in said(empty)
    given = {"version": version(head, ref), "f.reasons": "请补充材料"}
    assert head.post(f"/matters/{ref}/proposals/{proposal}/return/", given).status_code == 302
    assert "请补充材料" in said(keeper.get(f"/matters/{ref}/"))
    seats = {"f.seats[]": [world.key("one"), world.key("two")], "version": version(keeper, ref)}
    keeper.post(f"/matters/{ref}/do/hand_over/", seats)
    proposal = world.card("head", ref).proposals[0].proposal
    given = {"version": version(keeper, ref), "f.reasons": "填错"}
    address = f"/matters/{ref}/proposals/{proposal}/withdraw/"
    assert keeper.post(address, given).status_code == 302
    assert world.card("head", ref).proposals == ()


def test_a_note_is_written_and_read_by_those_who_read_content(world, as_):
    ref = inquiry(world, "triage").ref
    one = as_("one")
    given = {"version": version(one, ref), "f.text": "已调取台账"}
    assert one.post(f"/matters/{ref}/note/", given).status_code == 302
    assert "已调取台账" in said(one.get(f"/matters/{ref}/"))
    assert "已调取台账" not in said(as_("leader").get(f"/matters/{ref}/"))


def test_when_somebody_acted_first_nothing_typed_is_lost(world, as_):
    ref = inquiry(world, "triage").ref
    one, two = as_("one"), as_("two")
    shown = version(one, ref)
    two.post(f"/matters/{ref}/note/", {"version": shown, "f.text": "刚核对过合同"})
    late = {"version": shown, "f.disposal": "hold", "f.reasons": "我写了很久的理由"}
    answer = one.post(f"/matters/{ref}/do/dispose/", late)
    page = said(answer)
    assert answer.status_code == 409
    assert "我写了很久的理由" in page
    assert "刚核对过合同" in page
    current = re.search(r'name="version" value="(\d+)"', answer.content.decode())[1]
    assert int(current) > int(shown)
    assert one.post(f"/matters/{ref}/do/dispose/", {**late, "version": current}).status_code == 302


def test_what_was_typed_is_kept_even_when_the_step_is_gone(world, as_):
    ref = inquiry(world, "triage").ref
    one = as_("one")
    shown = version(one, ref)
    worlds.take(world, "two", ref, "dispose", disposal="hold", reasons="先提")
    worlds.sign(world, "section_head", ref)
    worlds.sign(world, "head", ref)
    late = {"version": shown, "f.text": "迟到的记录"}
    answer = one.post(f"/matters/{ref}/note/", late)
    assert answer.status_code == 409
    assert "迟到的记录" in said(answer)


def test_who_recuses_himself_is_led_away_and_the_page_is_gone(world, as_):
    ref = inquiry(world, "triage").ref
    head = as_("head")
    given = {
        "version": version(head, ref), "f.person": world.key("one"), "f.reasons": "亲属关系",
    }  # fmt: skip
    assert head.post(f"/matters/{ref}/recuse/", given).status_code == 302
    assert as_("one").get(f"/matters/{ref}/").status_code == 404


def test_the_section_head_fills_the_seats_anew(world, as_):
    ref = inquiry(world, "triage").ref
    chief = as_("section_head")
    seats = [world.key("two"), world.key("three")]
    given = {"version": version(chief, ref), "role": "handler", "f.seats[]": seats}
    assert chief.post(f"/matters/{ref}/assign/", given).status_code == 302
    assert "吴经办、郑经办" in said(chief.get(f"/matters/{ref}/"))


def test_what_was_entered_wrongly_is_corrected_in_the_open(world, as_):
    ref = inquiry(world).ref
    keeper = as_("keeper")
    given = {
        "version": version(keeper, ref), "f.field": "received_date", "f.value": "前天",
        "f.reasons": "录入时看错",
    }  # fmt: skip
    wrong = keeper.post(f"/matters/{ref}/correct/", given)
    assert wrong.status_code == 422
    assert "“前天”不是日期" in said(wrong)
    assert "录入时看错" in said(wrong)
    right = {**given, "f.value": "2025年9月25日"}
    assert keeper.post(f"/matters/{ref}/correct/", right).status_code == 302
    page = said(keeper.get(f"/matters/{ref}/"))
    assert "2025年9月25日" in page
    assert "录入时看错" in page
    assert (
        keeper.post(f"/matters/{ref}/correct/", {"version": version(keeper, ref)}).status_code
        == 422
    )


def test_a_substitute_is_appointed_where_nobody_may_sign(world, as_):
    ref = inquiry(world, "proposed").ref
    head, leader = as_("head"), as_("leader")
    given = {
        "version": version(head, ref), "f.person": world.key("head"), "f.reasons": "近亲属",
    }  # fmt: skip
    away = head.post(f"/matters/{ref}/recuse/", given)
    assert away.status_code == 302
    assert head.get(away["Location"]).status_code == 200, "led to a page that is still his to see"
    page = leader.get(f"/matters/{ref}/").content.decode()
    assert "签批无人可签" in page
    given = {
        "version": version(leader, ref), "role": "head", "f.person": world.key("three"),
        "f.reasons": "组长回避",
    }  # fmt: skip
    assert leader.post(f"/matters/{ref}/substitute/", given).status_code == 302
    assert "签批无人可签" not in leader.get(f"/matters/{ref}/").content.decode()


def test_a_field_above_ones_level_is_not_on_the_page(world, as_):
    ref = inquiry(world, "triage").ref
    assert "采购中收受好处" in said(as_("one").get(f"/matters/{ref}/"))
    page = said(as_("leader").get(f"/matters/{ref}/"))
    assert "采购中收受好处" not in page
    assert "上级转送" in page


def test_each_date_says_what_it_rests_on(world, as_):
    ref = inquiry(world).ref
    page = said(as_("keeper").get(f"/matters/{ref}/clocks/take_in/"))
    assert "2025年10月10日（周五）" in page
    assert "测试规则" in page
    assert "第二条" in page
    assert "国庆节" in page
    english = said(as_("keeper", "en").get(f"/matters/{ref}/clocks/take_in/"))
    assert "Fri 10 October 2025" in english
    assert "Days that do not count" in english


def test_a_reader_learns_through_what_he_may_read(world, as_):
    ref = inquiry(world, "triage").ref
    assert "组长" in said(as_("head").get(f"/matters/{ref}/access/"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_is_narrowed_by_its_address(world, as_, lang):
    refs = [inquiry(world).ref, inquiry(world, "triage").ref, inquiry(world, "closed").ref]
    head = as_("head", lang)

    def listed(address: str) -> set[str]:
        page = head.get(f"/matters/{address}").content.decode()
        return {ref for ref in refs if f'href="/matters/{ref}/"' in page}

    assert listed("") == set(refs)
    assert listed("?state=closed") == {refs[2]}
    assert listed("?state=open&stage=inquiry.triage") == {refs[1]}
    assert listed(f"?q={refs[0]}") == {refs[0]}
    assert listed("?procedure=nothing") == set()
    assert listed("?state=nonsense&order=nonsense&page=x") == set(refs)
    assert listed("?body=x'--&q=%25") == set()


def test_a_listed_unit_is_named_and_not_numbered(world, as_):
    unit = world.bodies["YY"]
    raw = {
        name.removeprefix("f.").removesuffix("[]"): value
        for name, value in ENTERED.items()
        if "[]." not in name
    }
    worlds.desk.open(
        actor=world.who("keeper"),
        procedure="everything",
        body="WJ",
        raw={**raw, "an_organization": f"body:{unit.pk}", "some_files": "清单"},
        now=world.now(),
    )
    page = said(as_("head").get("/matters/"))
    assert f"body:{unit.pk}" not in page
    assert "市第一医院" in page


def test_paging_keeps_the_filter(world, as_):
    for _ in range(51):
        inquiry(world)
    page = as_("head").get("/matters/?state=open&q=TX").content.decode()
    assert 'rel="next" href="?state=open&amp;q=TX&amp;page=2"' in page
    second = as_("head").get("/matters/?state=open&q=TX&page=2").content.decode()
    assert 'rel="prev"' in second
    assert second.count("data-row") == 1
    assert Matter.objects.count() == 51


def test_notices_are_read_by_their_owner_only(world, as_):
    inquiry(world)
    chief = as_("section_head")
    page = chief.get("/").content.decode()
    number = re.search(r'name="id" value="(\d+)"', page)[1]
    as_("head").post("/notices/read/", {"id": number})
    assert f'value="{number}"' in chief.get("/").content.decode()
    chief.post("/notices/read/", {"id": [number, "x"]})
    assert f'value="{number}"' not in chief.get("/").content.decode()


def test_the_list_is_exported_as_narrowed_and_as_the_reader_may_know(world, as_):
    shown, other = inquiry(world).ref, inquiry(world, "closed").ref
    answer = as_("head").get("/matters/export.csv?state=open")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("编号,程序,阶段")
    assert len(lines) == 2
    assert lines[1].startswith(f"{shown},测试线索,已登记,")
    assert other not in answer.content.decode()
    assert "采购中收受好处" not in answer.content.decode()
    assert len(as_("other_head").get("/matters/export.csv").content.decode().splitlines()) == 1


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x"])
def test_an_exported_word_is_never_a_formula(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("1-1") == "1-1"


def test_people_are_called_by_their_english_names_on_english_pages(world, as_):
    ref = inquiry(world, "proposed").ref
    page = said(as_("head", "en").get(f"/matters/{ref}/"))
    assert "Proposed by keeper" in page
    assert "keeper proposed “Hand over”" in page or "keeper carried out" in page
    assert not re.search("钱案管|李组长|驻卫健委", page)
    assert "Team in the health commission, Head of the team" in page
    desk = said(as_("head", "en").get("/"))
    assert "keeper" in desk
    assert "钱案管" not in desk
    page = said(as_("head", "zh").get(f"/matters/{ref}/"))
    assert "钱案管 提出" in page


@pytest.mark.parametrize("verb", ["return", "withdraw"])
def test_whoever_may_not_act_is_told_so_before_the_form_is_read(world, as_, verb):
    ref = inquiry(world, "proposed").ref
    proposal = world.card("head", ref).proposals[0].proposal
    client = as_("section_head" if verb == "return" else "head")
    address = f"/matters/{ref}/proposals/{proposal}/{verb}/"
    answer = client.post(address, {"version": version(client, ref)})
    assert answer.status_code == 403


def test_an_action_that_is_not_mine_is_refused_before_its_form_is_read(world, as_):
    ref = inquiry(world, "triage").ref
    head = as_("head")
    answer = head.post(f"/matters/{ref}/do/dispose/", {"version": version(head, ref)})
    assert answer.status_code == 403
    assert "这一步由经办人办理" in said(answer)


def test_who_reads_in_person_is_told_so_and_not_by_a_key(world, as_):
    ref = inquiry(world, "in_work").ref
    for lang, words in (("zh", "您本人"), ("en", "You in person")):
        page = said(as_("one", lang).get(f"/matters/{ref}/access/"))
        assert words in page
        assert "person:" not in page
