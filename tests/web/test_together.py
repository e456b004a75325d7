"""Working together on the pages: what was opened from here, hand-overs, emergency access."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from paizhu.casework import desk
from tests import world as worlds
from tests.desk.test_powers import campaign, offer, opened, together
from tests.web.test_matters import said
from tests.world import inquiry, take

__all__ = ["together"]


@pytest.fixture
def world(together):
    return together


def counts(client, ref: str) -> str:
    page = client.get(f"/matters/{ref}/").content.decode()
    return said_of(
        page[page.index('id="children"') : page.index("</section>", page.index('id="children"'))]
    )


def said_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_a_deployment_shows_the_state_of_all_in_one_table(world, as_):
    ref, children = campaign(world)
    take(world, "head", children[0], "report", result="已查")
    take(world, "leader", ref, "excuse", excused=children[1], reasons="机构撤并")
    take(world, "office", children[2], "report", result="已办")
    page = counts(as_("office"), ref)
    assert "超期 1" in page
    assert "在办 1 · 已办结 2 · 免办 1" in page
    assert page.index(children[3]) == min(page.index(child) for child in children)


def test_the_timeline_names_what_was_opened_and_what_has_ended(world, as_):
    ref, children = campaign(world)
    take(world, "head", children[0], "report", result="已查")
    page = as_("office").get(f"/matters/{ref}/").content.decode()
    story = said_of(page[page.index('<ol class="story"') :])
    assert f"由本事项开启 {children[3]}" in story
    assert f"由本事项开启的事项已办结 {children[0]}" in story
    hidden = said(as_("leader").get(f"/matters/{ref}/"))
    assert "由本事项开启" not in hidden


def test_a_post_that_a_body_does_not_have_is_nobody_who_may_know(world, as_):
    ref = offer(world)
    worlds.Post.objects.filter(body=world.bodies["JY"], key="head").update(key="no_head")
    page = said(as_("keeper").get(f"/matters/{ref}/"))
    assert "post:" not in page
    assert "接收方组长" not in page[page.index("知悉范围") :]


def test_what_one_may_not_know_is_neither_listed_nor_counted(world, as_):
    ref, children = campaign(world)
    page = said(as_("leader").get(f"/matters/{ref}/"))
    assert not [child for child in children if child in page]
    assert "由本事项开启" not in page


def test_a_matter_says_what_it_was_opened_from_to_those_who_may_know_it(world, as_):
    ref, children = campaign(world)
    assert ref not in said(as_("head").get(f"/matters/{children[0]}/"))
    page = said(as_("office").get(f"/matters/{children[2]}/"))
    assert f"来自 {ref}" in page


def test_a_table_of_many_costs_as_few_queries_as_one_of_few(world, as_):
    def cost(lines: int) -> int:
        tasks = "\n".join(f"事项{n} | 2025-10-31" for n in range(lines))
        ref = opened(world, "office", "campaign", "OR", topic="专项", teams=["WJ"], tasks=tasks)
        take(world, "leader", ref, "launch")
        client = as_("office")
        client.get(f"/matters/{ref}/")
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/matters/{ref}/").status_code == 200
        return len(caught)

    few, many = cost(2), cost(12)
    assert many == few
    assert many <= 25


def test_both_sides_see_the_same_receipt(world, as_):
    ref = offer(world)
    waiting = said(as_("other_head").get(f"/matters/{ref}/"))
    assert "已送出，等对方签收" in waiting
    assert "内部说明" not in waiting
    assert "只看到为其列明的内容" in waiting
    assert "只阅列明的内容" in waiting
    take(world, "other_head", ref, "accept")
    pages = [said(as_(name).get(f"/matters/{ref}/")) for name in ("keeper", "other_head")]
    digests = {re.search(r"sha256:[0-9a-f]{64}", page)[0] for page in pages}
    assert len(digests) == 1
    for page in pages:
        assert "对方已签收" in page
        assert "签收内容与送出内容一致" in page
        assert "褚组长" in page


def test_what_was_given_back_says_why(world, as_):
    ref = offer(world)
    take(world, "other_head", ref, "give_back", reasons="不属本单位职责")
    page = said(as_("keeper").get(f"/matters/{ref}/"))
    assert "对方已退回" in page
    assert "不属本单位职责" in page


def test_what_was_corrected_since_no_longer_fits_the_receipt(world, as_):
    ref = offer(world)
    desk.correct(
        actor=world.who("keeper"),
        ref=ref,
        field="subject_matter",
        raw="另一事由",
        reasons="笔误",
        version=world.card("keeper", ref).version,
        now=world.now(),
    )
    page = said(as_("keeper").get(f"/matters/{ref}/"))
    assert "与回执不一致" in page
    assert "送出的内容（" not in page


def test_who_reads_by_emergency_access_is_told_until_when(world, as_):
    world.today = timezone.localdate() - timedelta(days=1)
    ref = inquiry(world, "triage").ref
    asked = opened(world, "three", "emergency", "WJ", matter_ref=ref, reasons="紧急安全事件")
    card = world.card("head", asked)
    now = timezone.now()
    desk.act(
        actor=worlds.who_is(world.people["head"], on=world.today, now=now),
        ref=asked,
        action="grant",
        raw={},
        version=card.version,
        now=now,
    )
    until = timezone.localtime(now + timedelta(hours=4))
    page = said(as_("three").get(f"/matters/{ref}/"))
    assert "您正在应急查阅本事项" in page
    assert f"{until:%H:%M}" in page
    readers = said(as_("head").get(f"/matters/{ref}/"))
    assert "您正在应急查阅" not in readers
    assert f"{until:%H:%M} 止 应急查阅" in readers
