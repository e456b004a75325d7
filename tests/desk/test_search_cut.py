"""A search that ends before everything was looked at says so, and says nothing of what is hidden."""

from __future__ import annotations

import pytest

from paizhu.casework import searching
from tests.desk import together
from tests.desk.together import transfer
from tests.world import inquiry, sign, take

#: Holds the pieces of the word, and not the word.
WORD, ALIKE = "甲乙丙", "甲乙，乙丙"


@pytest.fixture
def short(monkeypatch):
    """Look at four matters at most."""
    monkeypatch.setattr(searching, "BATCH", 2)
    monkeypatch.setattr(searching, "MOST_BATCHES", 2)


def found(world, name, word=WORD, **more):
    return searching.search(world.who(name), word, on=world.today, **more)


def test_what_was_not_looked_at_is_said_with_the_limit_alone(world, short):
    right = inquiry(world, summary=WORD).ref
    for looked_at in (0, 0, 0, 4):
        one = found(world, "keeper")
        assert ([each.ref for each in one.matters], one.looked_at) == ([right], looked_at)
        inquiry(world, summary=ALIKE)
    after = found(world, "keeper")
    assert (after.matters, after.looked_at) == ((), 4)
    inquiry(world, summary=ALIKE)
    assert found(world, "keeper") == after, "how many there are is not told"


def test_where_enough_was_found_nothing_is_said_of_the_limit(world, short):
    for _ in range(5):
        inquiry(world, summary=WORD)
    one = found(world, "keeper", most=3)
    assert (len(one.matters), one.more, one.looked_at) == (3, True, 0)
    all_looked_at = found(world, "keeper", most=4)
    assert (len(all_looked_at.matters), all_looked_at.more) == (4, False)
    assert all_looked_at.looked_at == 4


def test_what_one_may_not_know_of_takes_nobody_nearer_to_the_limit(world, short):
    right = inquiry(world, summary=WORD).ref
    before = {name: found(world, name) for name in ("other_head", "leader", "liaison")}
    for _ in range(6):
        inquiry(world, summary=ALIKE)
    assert {name: found(world, name) for name in before} == before
    assert all(not one.looked_at for one in before.values())
    assert found(world, "leader", right).matters


@pytest.fixture
def between(db, settings, monkeypatch):
    """Everybody the national pack speaks of; two matters are looked at, one at a time."""
    settings.PAIZHU_PACKS = [together.PACK]
    monkeypatch.setattr(searching, "BATCH", 1)
    monkeypatch.setattr(searching, "MOST_BATCHES", 2)
    return together.whole_world()


def used(world, *, result: str, words: str) -> str:
    """Have something handed over to a partner, who reads the result and not how it was used."""
    ref = transfer(world)
    take(world, "WJ_keeper", ref, "offer", recipient="SJJ")
    sign(world, "WJ_head", ref)
    take(world, "SJJ_partner_contact", ref, "accept")
    take(world, "SJJ_partner_contact", ref, "report_result", result=result)
    take(world, "WJ_keeper", ref, "use_result", used=words)
    return ref


def test_lines_a_partner_does_not_read_bring_them_no_nearer_to_the_limit(between):
    partner = "SJJ_partner_contact"
    right = used(between, result=WORD, words="整改")
    before = found(between, partner)
    assert ([one.ref for one in before.matters], before.looked_at) == ([right], 0)
    for _ in range(3):
        used(between, result="已办", words=WORD)
    assert found(between, partner) == before, "three more hold it where the partner does not read"
    used(between, result=WORD, words="整改")
    used(between, result=WORD, words=WORD)
    assert found(between, partner).looked_at == 2


def test_a_search_of_lines_one_does_not_read_ends_all_the_same(between, monkeypatch):
    monkeypatch.setattr(searching, "PARTLY", 1)
    partner = "SJJ_partner_contact"
    used(between, result=WORD, words="整改")
    for _ in range(2):
        used(between, result="已办", words=WORD)
    one = found(between, partner)
    assert (one.matters, one.looked_at) == ((), 0), "the one below was not reached"
