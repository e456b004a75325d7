"""A matter in memory for the tests of the engine: drafts are applied, and kept as entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from paizhu.engine import standing, steps
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When
from paizhu.engine.state import ClockRun, State, apply, fold
from paizhu.rules.load import load
from paizhu.rules.rulebook import Rulebook, RunnableProcedure

ROOT = Path(__file__).resolve().parents[3]
PACKS = [ROOT / "tests" / "packs" / name for name in ("spine", "powers")]
PLACE = timezone(timedelta(hours=8))
DAY = date(2025, 9, 28)
REGISTERED: dict[str, Value] = {
    "source": "forwarded", "concerns": "staff", "received_date": "2025-09-26", "named": True,
    "reporter": "甲", "subject": "乙", "summary": "示例",
}  # fmt: skip


@cache
def book() -> Rulebook:
    """Give the rules of the test packs, read once."""
    return load(PACKS)


def rules(name: str = "inquiry", **changes: object) -> RunnableProcedure:
    """Give a procedure of the test packs, with parts of its declaration exchanged."""
    found = book().procedures[name][-1]
    if not changes:
        return found
    spec = found.spec.model_copy(update=changes)
    return replace(found, spec=spec, digest=f"sha256:{name}{sorted(changes)}")


def when(day: date, *, hour: int = 10, counts_for: date | None = None) -> When:
    """Give a moment of a day, and the day it counts for."""
    return When(datetime(day.year, day.month, day.day, hour, tzinfo=PLACE), counts_for or day)


def actor(name: str, *roles: str) -> Actor:
    """Give a person on posts; without any named, on the post of that name."""
    return Actor(name, name, {role: f"{role}@T" for role in roles or (name,)})


@dataclass
class Told:
    """A matter as it grows."""

    procedure: RunnableProcedure = field(default_factory=rules)
    day: date = DAY
    state: State = field(default_factory=State)
    entries: list[Entry] = field(default_factory=list)

    def write(self, drafts: Sequence[Entry]) -> Told:
        for draft in drafts:
            entry = replace(draft, version=self.state.version + 1)
            self.state = apply(self.state, entry, self.procedure)
            self.entries.append(entry)
        return self

    def open(self, who: str = "keeper", action: str = "register", **values: Value) -> Told:
        payload: dict[str, Value] = {
            "values": {**REGISTERED, **values}, "number": "T-1",
            "parts": {"holder": [1], "superior": [2]},
        }  # fmt: skip
        drafts = steps.opening(
            self.procedure, action, actor(who), payload=payload, when=when(self.day)
        )
        return self.write(drafts)

    def act(self, who: str, action: str, *, seats: Sequence[str] = (), **values: Value) -> Told:
        return self.write(
            steps.act(
                self.state, self.procedure, actor(who), action, values=values, seats=seats,
                when=when(self.day),
            )
        )  # fmt: skip

    def sign(self, who: str, *roles: str) -> Told:
        number = next(iter(self.state.proposals))
        return self.write(
            steps.approve(
                self.state, self.procedure, actor(who, *roles), number, when=when(self.day)
            )
        )

    def give_back(self, who: str, reasons: str = "不妥") -> Told:
        number = next(iter(self.state.proposals))
        return self.write(
            steps.give_back(
                self.state, self.procedure, actor(who), number, reasons=reasons,
                when=when(self.day),
            )
        )  # fmt: skip

    def withdraw(self, who: str) -> Told:
        number = next(iter(self.state.proposals))
        return self.write(
            steps.withdraw(
                self.state, self.procedure, actor(who), number, reasons="收回",
                when=when(self.day),
            )
        )  # fmt: skip

    def by_rule(self, kind: str, **payload: Value) -> Told:
        return self.write(
            [steps.by_rule(self.state, self.procedure, kind, payload=payload, when=when(self.day))]
        )

    def recuse(self, person: str) -> Told:
        return self.by_rule("recused", person=person, reasons="", cause="named")

    def correct(self, who: str, name: str, value: Value) -> Told:
        return self.write(
            standing.correct(
                self.state, self.procedure, actor(who), field=name, value=value, reasons="笔误",
                when=when(self.day),
            )
        )  # fmt: skip

    def run(self, clock: str) -> ClockRun:
        found = self.state.run(clock)
        assert found is not None
        return found

    def fold(self) -> State:
        return fold(self.entries, lambda _: self.procedure)


def triage(procedure: RunnableProcedure | None = None) -> Told:
    """Give an inquiry whose two handlers are seated."""
    told = Told(procedure or rules()).open()
    return told.act("keeper", "hand_over", seats=["one", "two"]).sign("head")


def in_work(procedure: RunnableProcedure | None = None) -> Told:
    """Give an inquiry whose letter was decided on."""
    told = triage(procedure).act("one", "dispose", disposal="letter", reasons="可查")
    return told.sign("section_head").sign("head")
