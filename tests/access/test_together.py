"""Who may know what where bodies work together: each channel beside the brute-force oracle.

Parts with a last day, hand-overs in every state, identity released by a third signature, roles that
read named fields only, emergency access with the hours passing; and what the tick brings to them.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import localtime

from tests.access.joint import generate
from tests.access.oracle import Oracle
from tests.access.outside import Outside
from tests.access.seen import Seen
from tests.access.test_worlds import compare, settled

WORLDS, CHUNK = 100, 20
#: Each world is looked at now, when emergency access has just run out, and when parts have ended.
LATER = (timedelta(0), timedelta(hours=4, seconds=1), timedelta(days=25))


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(0, WORLDS, CHUNK))
def test_each_channel_agrees_with_the_oracle_where_bodies_work_together(first, rules_of):
    tally: Counter = Counter()
    for seed in range(first, first + CHUNK):
        with transaction.atomic():
            world = generate(seed)
            began = world.moment
            for later in LATER:
                world.moment = began + later
                world.today = localtime(world.moment).date()
                has_ticked = bool(later.days and seed % 2)  # a missed tick must lose nothing
                if has_ticked:
                    world.let_pass(0)
                oracle = Oracle(world.refs, world.today, rules_of, moment=world.moment)
                if has_ticked:
                    settled(world, oracle, tally)
                for person in world.random.sample(world.people, 1 if later else 3):
                    seen = Seen(world, oracle, person, world.who(person), tally)
                    compare(seen)
                if seed % 5 == 0:
                    Outside(seen).compare()
                _count(tally, oracle, world.people)
            tally["steps"] += world.done
            transaction.set_rollback(True)
    reached = ("known", "hidden", "parts", "ended", "lent", "given back", "run out", "let in",
               "settled", "expired", "shown outside", "hidden outside")  # fmt: skip
    assert min(tally[name] for name in reached) > 0, tally


def _count(tally: Counter, oracle: Oracle, people) -> None:
    """Count what was reached, so that a generator that stopped to reach it would show."""
    for known in oracle.matters.values():
        tally["parts"] += len(known.parts.get("member", ()))
        tally["ended"] += any(last < oracle.on for last in known.ends.values())
        lent = sum(oracle.lent(person.pk, known) for person in people)
        tally["lent"] += lent
        tally["run out"] += len(known.grants) > lent
        tally["given back"] += known.stage == "given_back"
        tally["expired"] += "expire" in {done.action for done in known.state.done}
        tally["let in"] += bool(known.seats.get("informed"))
