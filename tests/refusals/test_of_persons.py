"""Refusals 1, 2, 5 and 7: the reporter's name, the own head, no portraits, whoever has a relation."""

import inspect

import pytest

from paizhu.casework import board, desk, nextsteps, overview, queries, taking, today, unitfile
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import Matter, Notice, NumberSeries
from paizhu.kernel.errors import NotAllowed, NotFound
from paizhu.ledger import book
from tests.world import INQUIRY, inquiry, sign, take

REPORTER, SUMMARY = "举报人甲某某", "很特别的举报内容"


def everything(world, name: str) -> str:
    who = world.who(name)
    return repr(
        [queries.matters(who, MatterFilter(), on=world.today),
         queries.export(who, MatterFilter(), on=world.today),
         queries.facets(who, on=world.today), queries.desk_page(who, on=world.today),
         today.today(who, on=world.today), nextsteps.host_page(who, on=world.today),
         board.board(who, world.bodies["WJ"].pk, on=world.today),
         unitfile.unit_file(who, world.bodies["YY"].pk, on=world.today)]
    )  # fmt: skip


def test_1_the_reporter_is_named_nowhere_outside_those_who_may_read_it(world):
    ref = inquiry(world, "triage", reporter=REPORTER, summary=SUMMARY).ref
    assert REPORTER in repr(world.card("one", ref)), "the test would prove nothing otherwise"
    for name in ("section_head", "head", "leader"):
        assert REPORTER not in repr(world.card(name, ref)), name
    for name in ("keeper", "section_head", "head", "one", "leader"):
        assert REPORTER not in everything(world, name)


def test_1_no_text_of_a_complaint_stands_in_lists_exports_search_or_notices(world):
    inquiry(world, "triage", reporter=REPORTER, summary=SUMMARY)
    for name in ("keeper", "section_head", "head", "one", "leader"):
        assert SUMMARY not in everything(world, name)
        for word in (SUMMARY, "很特别", REPORTER):
            assert queries.count(world.who(name), MatterFilter(query=word), on=world.today) == 0
    for model in (Matter, Notice):
        assert SUMMARY not in repr(list(model.objects.values()))
        assert REPORTER not in repr(list(model.objects.values()))


def test_2_what_is_about_the_own_head_is_routed_and_not_entered(world):
    before = book.last()
    with pytest.raises(NotAllowed) as refused:
        desk.open(
            actor=world.who("keeper"), procedure="inquiry", body="WJ",
            raw={**INQUIRY, "concerns": "own_head"}, now=world.now(),
        )  # fmt: skip
    assert refused.value.basis == "test-rules/two"
    assert "上级" in refused.value.say.zh
    assert book.last() == before, "not a trace of it, not even a number"
    assert not NumberSeries.objects.exists()
    assert not Matter.objects.exists()


@pytest.mark.parametrize("post", ["keeper", "section_head", "head", "one", "leader"])
def test_7_the_reported_person_never_sees_it_whatever_the_post(world, post):
    ref = inquiry(world, subject=world.key(post)).ref
    with pytest.raises(NotFound):
        world.card(post, ref)
    assert ref not in everything(world, post)


def test_7_nobody_with_a_recorded_relation_handles_or_sees(world):
    ref = inquiry(world, "triage").ref
    desk.recuse(
        actor=world.who("one"), ref=ref, person=world.key("one"), reasons="同学",
        version=world.card("one", ref).version, now=world.now(),
    )  # fmt: skip
    for attempt in (
        lambda: world.card("one", ref),
        lambda: desk.act(actor=world.who("one"), ref=ref, action="dispose",
                         raw={"disposal": "hold", "reasons": "x"}, version=99, now=world.now()),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            attempt()
    take(world, "two", ref, "dispose", disposal="hold", reasons="x")
    sign(world, "section_head", ref)
    sign(world, "head", ref)
    acted = {entry.person for entry in book.entries_of(ref)[-4:]}
    assert world.key("one") not in acted


# --- 5: no score, rank or portrait of a person -----------------------------------------------------


def test_5_a_load_is_a_count_and_leads_to_no_matter(world):
    refs = [inquiry(world, "triage").ref, inquiry(world).ref]
    found = board.board(world.who("head"), world.bodies["WJ"].pk, on=world.today)
    assert {member.name.zh: member.open for member in found.members}["周经办"] == 1
    assert set(board.Member.__slots__) == {"person", "name", "posts", "open", "late", "soon"}
    for member in found.members:
        assert not any(ref in repr(member) for ref in refs)


def test_5_members_stand_in_the_order_of_posts_and_not_of_numbers(world):
    inquiry(world, "triage")
    wj = world.bodies["WJ"].pk
    before = [m.person for m in board.board(world.who("head"), wj, on=world.today).members]
    for _ in range(3):
        inquiry(world)
    after = [m.person for m in board.board(world.who("head"), wj, on=world.today).members]
    assert before == after


def test_5_no_function_of_the_pages_takes_a_person_to_list_what_they_did():
    """Whoever asks is given as `Who`; nobody is given to be asked about."""
    for module in (board, nextsteps, today, unitfile, taking, overview):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                assert "person" not in inspect.signature(function).parameters, name
