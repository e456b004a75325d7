"""Search in generated worlds finds exactly what the oracle says a person may read."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from django.db import transaction

from paizhu.casework import access, search_index, searching
from paizhu.registry.models import Person
from tests.access.oracle import Oracle
from tests.access.worlds import World, generate

WORLDS, CHUNK = 60, 15
MARK = re.compile(r"(?:content|identity|inside)§\d+§\d+§")
WORDS, NUMBERS = 6, 3


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_search_finds_exactly_what_the_oracle_allows(first, rules_of, monkeypatch):
    tally: Counter = Counter()
    for seed in range(first, first + CHUNK):
        # All ways to ask the rights must find the same.
        monkeypatch.setattr(access, "MANY", -1 if seed % 2 else 50_000)
        monkeypatch.setattr(search_index, "FEW", -1 if seed % 3 else 5000)
        with transaction.atomic():
            world = generate(seed)
            oracle = Oracle(world.refs, world.today, rules_of)
            chance = random.Random(seed)
            for person in world.people:
                _words(world, oracle, person, chance, tally)
                _numbers(world, oracle, person, chance, tally)
                _seats(world, oracle, person, chance)
            transaction.set_rollback(True)
    assert min(tally["found"], tally["hidden"], tally["number"]) > 20, tally


def _words(
    world: World, oracle: Oracle, person: Person, chance: random.Random, tally: Counter
) -> None:
    """Words of fields: found by who reads the field there, and by nobody else."""
    marks = sorted({mark for known in oracle.matters.values() for mark in _marks(known.values)})
    known = set(oracle.may_know(person.pk))
    for mark in chance.sample(marks, min(WORDS, len(marks))):
        may = {ref for ref in known if mark in _marks(_mine(oracle, person, ref))}
        limited = {ref for ref in may if oracle.is_limited(person.pk, ref)}
        found = searching.search(world.who(person), mark, on=world.today)
        refs = {one.ref for one in found.matters}
        # A limited part finds by the fields it reads at its level; never by others.
        assert may - limited <= refs <= may, (world.seed, person.pk, mark)
        assert mark not in repr(found.matters)
        tally["found" if refs else "hidden"] += 1
        if not refs:
            assert (found.matters, found.more) == ((), False)


def _numbers(
    world: World, oracle: Oracle, person: Person, chance: random.Random, tally: Counter
) -> None:
    known = set(oracle.may_know(person.pk))
    for ref in chance.sample(sorted(oracle.matters), min(NUMBERS, len(oracle.matters))):
        found = searching.search(world.who(person), ref, on=world.today, most=100)
        refs = {one.ref for one in found.matters}
        assert (ref in refs) is (ref in known), (world.seed, person.pk, ref)
        assert refs <= known
        tally["number"] += ref in refs


def _seats(world: World, oracle: Oracle, person: Person, chance: random.Random) -> None:
    """The name of a holder finds matters they have a seat in, among those one may know of."""
    named = chance.choice(world.people)
    known = set(oracle.may_know(person.pk))
    namesakes = {one.key for one in world.people if one.name_zh == named.name_zh}
    seated = {
        ref
        for ref in known
        if any(namesakes & set(persons) for persons in oracle.matters[ref].seats.values())
    }
    found = searching.search(world.who(person), named.name_zh, on=world.today, most=100)
    for one in found.matters:
        by_seat = any(hit.name is not None and hit.name.zh == named.name_zh for hit in one.hits)
        assert one.ref in (seated if by_seat else known), (world.seed, person.pk, named.pk)


def _marks(values: object) -> set[str]:
    return set(MARK.findall(repr(values)))


def _mine(oracle: Oracle, person: Person, ref: str) -> dict[str, object]:
    fields = oracle.fields(person.pk, ref)
    values = oracle.matters[ref].values
    return {name: value for name, value in values.items() if name in fields}
