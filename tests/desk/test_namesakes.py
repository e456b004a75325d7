"""A name keeps everybody of that name out; who is only called the same can be let in again."""

import pytest

from paizhu.casework import desk, rebuilding
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.ledger import book
from tests.world import inquiry


@pytest.fixture
def called(world):
    """An inquiry about somebody who is called like an officer of the team."""
    return inquiry(world, "triage", subject="郑经办").ref


def version(ref):
    return Matter.objects.get(ref=ref).version


def lift(world, by, ref, person, reasons="被反映人是医院同名人员"):
    return desk.lift_recusal(
        actor=world.who(by), ref=ref, person=world.key(person), reasons=reasons,
        version=version(ref), now=world.now(),
    )  # fmt: skip


def recuse(world, by, ref, person):
    return desk.recuse(
        actor=world.who(by), ref=ref, person=world.key(person), reasons="近亲属",
        version=version(ref), now=world.now(),
    )  # fmt: skip


def offered(world, name, ref):
    card = world.card(name, ref)
    found = {role: [option.value for option in options] for role, _, options in card.candidates}
    return "lift_recusal" in card.may, found.get("lift_recusal", [])


def test_the_head_lets_a_namesake_in_again_and_what_stood_there_stays(world, called):
    assert offered(world, "head", called) == (True, [world.key("three")])
    lift(world, "head", called, "three")
    last = book.entries_of(called)[-1]
    assert (last.kind, last.person) == ("corrected", world.key("head"))
    assert last.payload == {
        "field": world.key("three"), "was": "recused", "value": None,
        "reasons": "被反映人是医院同名人员",
    }  # fmt: skip
    assert [entry.kind for entry in book.entries_of(called)].count("recused") == 1
    assert offered(world, "head", called) == (False, [])
    desk.assign(
        actor=world.who("section_head"), ref=called, role="handler",
        persons=[world.key("one"), world.key("three")], version=version(called), now=world.now(),
    )  # fmt: skip
    assert world.card("three", called).ref == called
    assert rebuilding.check().differences == ()


def test_only_who_may_recuse_lifts_and_the_recused_never(world, called):
    for name in ("one", "section_head", "leader"):
        assert offered(world, name, called)[0] is False
        with pytest.raises(NotAllowed):
            lift(world, name, called, "three")
    with pytest.raises(NotFound):
        lift(world, "three", called, "three")
    with pytest.raises(Invalid):
        lift(world, "head", called, "three", reasons=" ")


def test_who_stands_aside_himself_or_was_declared_stays_out(world, called):
    recuse(world, "two", called, "two")
    recuse(world, "head", called, "three")  # declared now, whatever the name
    assert offered(world, "head", called) == (False, [])
    for person in ("two", "three"):
        with pytest.raises(NotAllowed) as refused:
            lift(world, "head", called, person)
        assert "Not a name alone" in refused.value.say.en


def test_who_was_chosen_from_the_list_is_no_namesake_until_that_is_corrected(world):
    ref = inquiry(world, "registered", subject=world.key("three")).ref
    with pytest.raises(NotAllowed):
        lift(world, "head", ref, "three")
    desk.correct(
        actor=world.who("keeper"), ref=ref, field="subject", raw="医院某科长", reasons="选错人",
        version=version(ref), now=world.now(),
    )  # fmt: skip
    lift(world, "head", ref, "three")
    assert not Matter.objects.get(ref=ref).recusals.exists()


def test_the_timeline_names_the_namesake_only_to_who_may_read_the_name(world, called):
    lift(world, "head", called, "three")
    lines = {name: world.card(name, called).timeline[0] for name in ("head", "leader")}
    assert [line.shown.zh for line in lines["head"].details] == ["郑经办"]
    assert lines["leader"].details == ()
    assert lines["leader"].text == ""
