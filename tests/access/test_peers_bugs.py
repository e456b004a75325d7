"""Leaks that other systems had, by the number of the report; here they must stay impossible."""

import pytest

from paizhu.casework import desk, queries, reading
from paizhu.casework.cards import MatterFilter
from paizhu.kernel.errors import NotFound
from tests import world as worlds
from tests.world import inquiry, sign, take


def everything(world, name: str) -> str:
    """Give all that a person is shown without naming a matter."""
    who = world.who(name)
    lists = [
        queries.matters(who, MatterFilter(order=order), on=world.today)
        for order in ("newest", "oldest", "due")
    ]
    return repr(
        [lists, queries.export(who, MatterFilter(), on=world.today),
         queries.facets(who, on=world.today), queries.desk_page(who, on=world.today),
         queries.waiting(who, on=world.today)]
    )  # fmt: skip


def recuse(world, by: str, ref: str, name: str) -> None:
    desk.recuse(
        actor=world.who(by), ref=ref, person=world.key(name), reasons="近亲属",
        version=world.card(by, ref).version, now=world.now(),
    )  # fmt: skip


def test_iris_583_the_feed_says_nothing_of_a_matter_one_is_denied(world):
    """dfir-iris/iris-web #583: the activity feed showed a case to somebody denied to it."""
    ref = inquiry(world).ref
    assert ref in everything(world, "section_head"), "told of it when it was opened"
    assert queries.has_notices(world.who("section_head"))
    recuse(world, "head", ref, "section_head")
    assert ref not in everything(world, "section_head")
    assert not queries.has_notices(world.who("section_head"))
    take(world, "keeper", ref, "hand_over", seats=[world.key("one"), world.key("two")])
    sign(world, "head", ref)
    assert ref not in everything(world, "section_head"), "nor of what happens later"


def test_ciso_1777_people_and_data_of_another_domain_are_not_seen(world):
    """intuitem/ciso-assistant-community #1777: users and data of other domains were visible."""
    ref = inquiry(world, "triage").ref
    for name in ("other_head", "other_keeper"):
        shown = everything(world, name)
        assert ref not in shown
        assert "驻卫健委" not in shown, "not even that the other team has anything"
        assert "李组长" not in shown
    card = world.card("section_head", ref)
    choices = {name.zh for _, _, options in card.candidates for _, name in _pairs(options)}
    assert "周经办" in choices
    assert not choices & {"褚组长", "卫案管", "冯联络", "陈院长"}, "nobody of another team or unit"


def _pairs(options):
    return [(option.value, option.title) for option in options]


def test_ciso_2368_a_deeper_tree_opens_no_side_door(world):
    """#2368: with nested domains, what is under or beside a domain came into view."""
    worlds.body(world, "YB", "unit", "第一医院分院", "Branch of the first hospital")
    worlds.Tie.objects.create(
        source=world.bodies["YB"], target=world.bodies["YY"], kind="part_of", since=world.today
    )
    worlds.person(world, "branch", "韩分院", ("YB", "unit_head"))
    worlds.person(world, "office", "蒋案管", ("OR", "case_office"))
    ref = inquiry(world, "triage").ref
    for name in ("branch", "unit_head", "liaison", "office", "other_head"):
        assert ref not in everything(world, name), name
        with pytest.raises(NotFound):
            world.card(name, ref)
    assert "summary" not in {field.field for field in world.card("leader", ref).fields}


def test_globaleaks_4779_who_recused_himself_cannot_learn_that_it_exists(world):
    """globaleaks #4779: recuse oneself; an excluded recipient must not see that a report exists."""
    ref = inquiry(world, "triage").ref
    recuse(world, "one", ref, "one")
    assert ref not in everything(world, "one")
    for narrowed in (
        MatterFilter(), MatterFilter(query=ref), MatterFilter(state="open"),
        MatterFilter(procedure="inquiry"), MatterFilter(stage="inquiry.triage"),
        MatterFilter(state="waiting"), MatterFilter(body=str(world.bodies["WJ"].pk)),
    ):  # fmt: skip
        assert queries.count(world.who("one"), narrowed, on=world.today) == 0
    for look in (
        lambda: world.card("one", ref),
        lambda: reading.why_date(world.who("one"), ref, "opinion", on=world.today),
        lambda: reading.why_access(world.who("one"), ref),
    ):
        with pytest.raises(NotFound):
            look()
    assert world.card("two", ref), "to the others it is as before"


def test_no_row_stands_greyed_where_a_matter_is_hidden(world):
    """A placeholder, a gap in the pages or a total that counts what is hidden tells as much."""
    refs = [inquiry(world).ref for _ in range(6)]
    for ref in refs[::2]:
        recuse(world, "head", ref, "section_head")
    who = world.who("section_head")
    pages = [
        queries.matters(who, MatterFilter(order="oldest"), on=world.today, page=number, size=2)
        for number in (1, 2)
    ]
    assert [len(page.rows) for page in pages] == [2, 1]
    assert {page.total for page in pages} == {3}
    assert pages[0].pages == 2
    assert [row.ref for page in pages for row in page.rows] == refs[1::2]
    beyond = queries.matters(who, MatterFilter(), on=world.today, page=99, size=2)
    assert beyond.number == 2, "a page that is not there is the last that is"
