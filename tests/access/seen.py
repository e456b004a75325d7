"""One person in one world, beside the oracle; and what no answer to them may hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from paizhu.registry.models import Person
from paizhu.registry.principals import Who
from tests.access.oracle import LEVELS, Oracle
from tests.access.worlds import World
from tests.world import at

MARK = r"(?:content|identity|inside)§\d+§\d+§"


@dataclass
class Seen:
    """One person in one world, beside the oracle."""

    world: World
    oracle: Oracle
    person: Person
    who: Who
    tally: Counter
    known: list[str] = field(default_factory=list)
    #: What each call answered for a number that was never given.
    unknown: dict[object, tuple] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return self.world.today

    @property
    def case(self) -> str:
        return f"seed {self.world.seed}, person {self.person.pk}"

    def now(self):
        return self.world.moment if self.world.has_clock else at(self.on, 20)

    def says_nothing_above(self, said: object, level: str, ref: str) -> None:
        """No mark above the reader's level in anything that was answered.

        Who reads named fields only finds the marks of those and of nothing else.
        """
        text = repr(said)
        if ref in self.known and self.oracle.is_limited(self.person.pk, ref):
            values = self.oracle.matters[ref].values
            mine = {str(values[name]) for name in self.oracle.shown(self.person.pk, ref)}
            assert set(re.findall(MARK, text)) <= mine, (self.case, ref)
            return
        for what in ("content", "identity"):
            if LEVELS[what] > LEVELS[level]:
                assert f"{what}§" not in text, (self.case, ref, what)
