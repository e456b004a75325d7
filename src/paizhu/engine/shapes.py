"""The shapes a matter is folded into. Facts only; due days are computed by `engine.clocks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from paizhu.engine.entries import Value


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a proposal."""

    role: str
    person: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action somebody proposed; `id` is the version of the entry that proposed it."""

    id: int
    action: str
    values: Mapping[str, Value]
    seats: tuple[str, ...]
    person: str
    name: str
    at: datetime
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of a clock; the same clock may run again later in the same matter."""

    clock: str
    run: int
    #: The day the counting starts from; may be the day of receipt, before the entry.
    start: date
    #: The moment it started, for limits in hours.
    moment: datetime
    pauses: tuple[tuple[date, date | None], ...] = ()
    extensions: int = 0
    stopped: date | None = None
    stopped_at: datetime | None = None
    warned: tuple[str, ...] = ()
    #: The day agreed, where a field holds it and nothing is counted.
    agreed: date | None = None

    @property
    def is_running(self) -> bool:
        return self.stopped is None

    @property
    def is_paused(self) -> bool:
        return self.is_running and bool(self.pauses) and self.pauses[-1][1] is None


@dataclass(frozen=True, slots=True)
class Link:
    """Another matter this one is tied to; `relation` is parent, child or related."""

    ref: str
    relation: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Done:
    """An action that took effect: who, when, with which entry."""

    action: str
    person: str
    day: date
    version: int
    at: datetime
    #: Whoever signed it; for separations of duty they count like the one who acted.
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """Emergency access of one person until a moment."""

    person: str
    until: datetime


@dataclass(frozen=True)
class State:
    """Everything the engine knows of a matter.

    Without slots, so that `changed` can copy it in one go: it is made anew for each entry.
    """

    ref: str = ""
    rules: str = ""
    #: What the matter was opened from: a flag, a duty of a period; empty when by hand.
    source: str = ""
    stage: str = ""
    version: int = 0
    opened_day: date = date.min
    values: Mapping[str, Value] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    #: `part:body` to the last day of a part that ends.
    part_ends: Mapping[str, date] = field(default_factory=dict)
    seats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    substitutes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    recused: frozenset[str] = frozenset()
    proposals: Mapping[int, Proposal] = field(default_factory=dict)
    clocks: Mapping[str, tuple[ClockRun, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    #: Matters opened from here: `open`, `closed` or `excused`.
    children: Mapping[str, str] = field(default_factory=dict)
    #: Digest of what was sent with the last offer of a hand-over.
    sent: str = ""
    grants: tuple[Grant, ...] = ()
    issued: tuple[tuple[str, str], ...] = ()
    done: tuple[Done, ...] = ()
    #: The day on which the present stage was entered.
    stage_day: date = date.min
    #: The content was lawfully removed; only what stands in headers is known.
    is_shredded: bool = False

    def changed(self, **changes: object) -> State:
        """Give this state with some values changed; as `dataclasses.replace`, ten times faster."""
        made = object.__new__(State)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(changes)
        return made

    def running(self) -> Iterable[ClockRun]:
        """Give the runs that have not been stopped."""
        return (runs[-1] for runs in self.clocks.values() if runs and runs[-1].is_running)

    def run(self, clock: str, number: int | None = None) -> ClockRun | None:
        """Give a run of a clock, the last one by default."""
        runs = self.clocks.get(clock, ())
        if number is None:
            return runs[-1] if runs else None
        return next((run for run in runs if run.run == number), None)
