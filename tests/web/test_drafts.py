"""Drafts: kept for the one who types, shown to nobody else, gone when the step is taken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from paizhu.kernel.errors import Invalid
from paizhu.web import drafts
from paizhu.web.models import Draft
from tests import world as worlds
from tests.web.test_matters import said, version
from tests.world import inquiry

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
JSON = {"HTTP_ACCEPT": "application/json"}


def typed(client, ref: str, **fields: str) -> dict[str, str]:
    given = {f"f.{name}": value for name, value in fields.items()}
    return {**given, "version": version(client, ref)}


def test_a_draft_kept_by_the_button_is_shown_again(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    answer = one.post(f"/drafts/{ref}/do-dispose/", typed(one, ref, reasons="写到一半的理由"))
    assert answer["Location"] == f"/matters/{ref}/#do-dispose"
    page = one.get(f"/matters/{ref}/").content.decode()
    assert "写到一半的理由" in page
    assert "只有您能看到" in page


def test_every_form_of_a_matter_that_asks_anything_offers_to_keep_a_draft(world, as_):
    ref = inquiry(world, "triage").ref
    page = as_("section_head").get(f"/matters/{ref}/").content.decode()
    forms = re.findall(r"<form method=.post. action=./matters/.*?</form>", page, re.S)
    asking = [form for form in forms if 'name="f.' in form]
    assert len(asking) >= 2
    assert all("data-draft=" in form and "存草稿" in form for form in asking)


def test_a_script_gets_the_moment_and_no_page(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    answer = one.post(f"/drafts/{ref}/note/", typed(one, ref, text="x"), **JSON)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", answer.json()["saved"])


def test_nobody_else_reads_a_draft_not_even_who_reads_the_matter(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    one.post(f"/drafts/{ref}/note/", typed(one, ref, text="只给自己看的话"))
    for name in ("two", "head", "keeper", "section_head"):
        assert "只给自己看的话" not in as_(name).get(f"/matters/{ref}/").content.decode(), name
        assert ref not in said(as_(name).get("/drafts/"))
    assert ref in said(one.get("/drafts/"))


def test_a_draft_is_gone_once_the_step_is_taken(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    given = typed(one, ref, text="已调取台账")
    one.post(f"/drafts/{ref}/note/", given)
    assert one.post(f"/matters/{ref}/note/", given).status_code == 302
    assert not Draft.objects.exists()


def test_a_draft_is_discarded_by_its_writer_alone(world, as_):
    ref, one, two = inquiry(world, "triage").ref, as_("one"), as_("two")
    one.post(f"/drafts/{ref}/note/", typed(one, ref, text="草稿"))
    two.post(f"/drafts/{ref}/note/discard/")
    assert Draft.objects.count() == 1
    one.post(f"/drafts/{ref}/note/discard/")
    assert Draft.objects.count() == 0


def test_a_hidden_matter_takes_no_draft_and_answers_as_an_unknown_one(world, as_):
    ref, stranger = inquiry(world).ref, as_("other_head")
    for path in ("/drafts/{}/note/", "/drafts/{}/note/discard/"):
        hidden = stranger.post(path.format(ref), {"f.text": "x"})
        unknown = stranger.post(path.format("TX-WJ-2025-9999"), {"f.text": "x"})
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content
    assert not Draft.objects.exists()


def test_who_is_recused_later_finds_the_draft_neither_on_a_page_nor_in_the_list(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    one.post(f"/drafts/{ref}/note/", typed(one, ref, text="回避前写的"))
    head = as_("head")
    given = typed(head, ref, person=world.key("one"), reasons="亲属关系")
    assert head.post(f"/matters/{ref}/recuse/", given).status_code == 302
    assert one.get(f"/matters/{ref}/").status_code == 404
    assert ref not in said(one.get("/drafts/"))


def test_a_matter_being_opened_keeps_its_draft_until_it_is_opened(world, as_):
    keeper, page = as_("keeper"), "/matters/new/inquiry/WJ/"
    saved = keeper.post("/drafts/new/inquiry.WJ/", {"f.subject": "只写了对象"})
    assert saved["Location"] == page
    assert "只写了对象" in keeper.get(page).content.decode()
    assert page in keeper.get("/drafts/").content.decode()
    entered = {f"f.{name}": value for name, value in worlds.INQUIRY.items()}
    assert keeper.post(page, entered).status_code == 302
    assert not Draft.objects.exists()


def test_no_draft_opens_what_one_may_not_open(as_):
    assert as_("other_head").post("/drafts/new/inquiry.WJ/", {"f.subject": "x"}).status_code in (403, 404)  # fmt: skip
    assert as_("keeper").post("/drafts/new/nothing/", {"f.subject": "x"}).status_code == 404
    assert not Draft.objects.exists()


def test_sealed_fields_are_not_kept(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    given = {**typed(one, ref, text="留", who="不留"), "sealed": "who"}
    one.post(f"/drafts/{ref}/note/", given)
    assert Draft.objects.get().entered == {"text": ["留"]}


def test_a_form_names_its_sealed_fields(as_):
    page = as_("keeper").get("/matters/new/inquiry/WJ/").content.decode()
    assert re.search(r'name="sealed" value="[a-z_ ]+"', page)


def test_an_emptied_form_leaves_no_draft(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    one.post(f"/drafts/{ref}/note/", typed(one, ref, text="有"))
    one.post(f"/drafts/{ref}/note/", typed(one, ref, text="  "))
    assert not Draft.objects.exists()


def test_a_draft_says_when_the_matter_has_changed_since(world, as_):
    ref, one, two = inquiry(world, "triage").ref, as_("one"), as_("two")
    one.post(f"/drafts/{ref}/do-dispose/", typed(one, ref, reasons="旧版本上写的"))
    assert "存草稿后事项有了变化" not in said(one.get(f"/matters/{ref}/"))
    two.post(f"/matters/{ref}/note/", typed(two, ref, text="新情况"))
    assert "存草稿后事项有了变化" in said(one.get(f"/matters/{ref}/"))


def test_what_is_sent_too_late_is_kept_as_a_draft_too(world, as_):
    ref, one, two = inquiry(world, "triage").ref, as_("one"), as_("two")
    late = typed(one, ref, text="迟到的记录")
    two.post(f"/matters/{ref}/note/", typed(two, ref, text="先来"))
    assert one.post(f"/matters/{ref}/note/", late).status_code == 409
    assert Draft.objects.get().entered == {"text": ["迟到的记录"]}


def test_what_is_sent_in_vain_stays_on_the_page_even_when_no_draft_can_hold_it(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    answer = one.post(f"/matters/{ref}/note/", typed(one, ref, text="长" * 100_001))
    assert answer.status_code == 422
    assert "长长长" in answer.content.decode()
    assert not Draft.objects.exists()


def test_beside_my_field_stands_what_somebody_else_entered_meanwhile(world, as_):
    ref, one, two = inquiry(world, "triage").ref, as_("one"), as_("two")
    mine = typed(one, ref, disposal="hold", reasons="我的理由")
    theirs = typed(two, ref, disposal="close", reasons="对方的理由")
    assert two.post(f"/matters/{ref}/do/dispose/", theirs).status_code == 302
    chief, proposal = as_("section_head"), world.card("section_head", ref).proposals[0].proposal
    back = typed(chief, ref, reasons="请两人商量")
    assert chief.post(f"/matters/{ref}/proposals/{proposal}/return/", back).status_code == 302
    answer = one.post(f"/matters/{ref}/do/dispose/", mine)
    page = said(answer)
    assert answer.status_code == 409
    assert "我的理由" in page
    assert re.search(r"此间吴经办填为（.*?）： 对方的理由", page)


def test_a_draft_ends_after_a_month_and_is_dropped_with_the_next_one(world):
    who = world.who("one")
    drafts.keep(who, "A", "note", entered={"text": ["x"]}, version=1, now=NOW)
    later = NOW + drafts.KEPT + timedelta(days=1)
    assert drafts.of_matter(who, "A", now=later) == {}
    drafts.keep(who, "B", "note", entered={"text": ["y"]}, version=1, now=later)
    assert [draft.ref for draft in Draft.objects.all()] == ["B"]


def test_a_draft_may_not_be_endless_and_a_person_has_so_many(world, monkeypatch):
    who = world.who("one")
    with pytest.raises(Invalid):
        drafts.keep(who, "A", "note", entered={"text": ["长" * 100_001]}, version=1, now=NOW)
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    for number in range(5):
        at = NOW + timedelta(minutes=number)
        drafts.keep(who, f"R{number}", "note", entered={"text": ["x"]}, version=1, now=at)
    assert sorted(draft.ref for draft in Draft.objects.all()) == ["R2", "R3", "R4"]


def test_the_list_names_each_step_by_the_rules(world, as_):
    ref, one = inquiry(world, "triage").ref, as_("one")
    for step in ("do-dispose", "note", "do-gone_since"):
        one.post(f"/drafts/{ref}/{step}/", typed(one, ref, text="x"))
    page = said(one.get("/drafts/"))
    assert "提出处置意见" in page
    assert "记录工作情况" in page
    assert "已不能办理的一步" in page
