"""The rules in force, ready to run: procedures by name and day, the law they cite, their texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from paizhu.kernel.calendars import Calendar, YearDays
from paizhu.kernel.counting import Counting
from paizhu.kernel.digest import canonical
from paizhu.kernel.errors import NotFound
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text
from paizhu.rules.law import Basis, LawBook
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shapes import declared
from paizhu.rules.spec import (
    CalendarFile,
    ClockSpec,
    CountingSpec,
    Duty,
    Instrument,
    Pack,
    Procedure,
    Scenario,
    Tightening,
)
from paizhu.rules.tighten import tightened

#: Gives the bytes of a stored rule text by its digest.
Texts = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class RuleText:
    """A file that governs, exactly as it was read; kept with the record."""

    digest: str
    #: `procedure`, `tightening`, `instrument`, `calendar` or `manifest`.
    kind: str
    name: str
    data: bytes


@dataclass(frozen=True, eq=False)
class RunnableProcedure:
    """A procedure version with everything it runs by, named by the digest of its manifest.

    Two are the same only if they are one object, so that it can be a key of what is remembered.
    """

    spec: Procedure
    digest: str
    #: Canonical JSON that names by digest every text this procedure rests on.
    manifest: bytes
    calendar: Calendar
    counting: Counting
    law: LawBook
    tightenings: tuple[Tightening, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunnableProcedure) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def name(self) -> str:
        return self.spec.procedure

    @property
    def title(self) -> Text:
        return self.spec.title

    @property
    def effective_from(self) -> date:
        """Give the first day on which a new matter follows these rules."""
        return max([self.spec.effective_from, *(one.effective_from for one in self.tightenings)])

    def basis_of(self, ref: str, on: date | None = None) -> Basis:
        """Give what `ref` said on `on`, or on the day this version took effect."""
        return self.law.basis(ref, on or self.spec.effective_from)

    def clock(self, name: str) -> ClockSpec:
        """Give the declared clock; raise NotFound naming the nearest."""
        if name not in self.spec.clocks:
            raise NotFound(unknown_name(Text("时限", "clock"), name, self.spec.clocks))
        return self.spec.clocks[name]

    def limit_of(self, clock_name: str, on: date) -> Period | None:
        """Give the limit in force on `on`, the procedure's own or else the law's; None before it."""
        clock = self.clock(clock_name)
        own = clock.limit.at(on) if clock.limit else None
        return own or self.law.basis(clock.basis, on).limit


@dataclass(frozen=True, slots=True)
class FiledScenario:
    """A scenario with its place, so that a failing step can be found."""

    file: str
    scenario: Scenario
    #: The line of each step.
    lines: tuple[int, ...]
    #: Folder name of the pack it stands in: another pack may tighten what it tests.
    pack: str = ""


@dataclass(frozen=True)
class Rulebook:
    """All packs together, immutable and digested."""

    digest: str
    packs: Mapping[str, Pack]
    instruments: Mapping[str, Instrument]
    calendars: Mapping[str, Calendar]
    counting: Counting
    procedures: Mapping[str, tuple[RunnableProcedure, ...]]
    texts: Mapping[str, RuleText]
    scenarios: tuple[FiledScenario, ...]
    duties: tuple[Duty, ...]
    #: Warnings only; a mistake that matters keeps the book from being made.
    mistakes: tuple[Mistake, ...]

    @cached_property
    def law(self) -> LawBook:
        """Give everything that can be cited, from all packs."""
        return LawBook(self.instruments)

    def procedure(self, name: str, on: date) -> RunnableProcedure:
        """Give the version that a matter opened on `on` follows; raise NotFound."""
        if name not in self.procedures:
            raise NotFound(unknown_name(Text("程序", "procedure"), name, self.procedures))
        in_force = [one for one in self.procedures[name] if one.effective_from <= on]
        if not in_force:
            first = self.procedures[name][0].effective_from
            raise NotFound(
                Text(
                    f"程序“{name}”自 {first} 起施行，{on} 尚未施行。",
                    f"The procedure “{name}” takes effect on {first}; on {on} it did not apply.",
                )
            )
        return in_force[-1]


def manifest_of(
    procedure: str,
    *,
    tightenings: Sequence[str],
    calendar: str,
    instruments: Mapping[str, str],
    counting: CountingSpec,
) -> bytes:
    """Name by digest everything a procedure rests on; the digest of this names the procedure."""
    return canonical(
        {
            "procedure": procedure,
            "tightenings": list(tightenings),
            "calendar": calendar,
            "instruments": dict(instruments),
            "counting": counting.model_dump(mode="json"),
        }
    )


def runnable_from_texts(manifest_digest: str, texts: Texts) -> RunnableProcedure:
    """Rebuild a procedure from stored texts alone, long after its pack is gone."""
    manifest = texts(manifest_digest)
    named = json.loads(manifest)
    tightenings = tuple(declared(Tightening, texts(one)) for one in named["tightenings"])
    counting = CountingSpec.model_validate(named["counting"])
    return RunnableProcedure(
        spec=tightened(declared(Procedure, texts(named["procedure"])), tightenings),
        digest=manifest_digest,
        manifest=manifest,
        calendar=calendar_of(texts(named["calendar"])),
        counting=counting_of(counting),
        law=LawBook(
            {name: declared(Instrument, texts(one)) for name, one in named["instruments"].items()}
        ),
        tightenings=tightenings,
    )


@lru_cache(maxsize=256)
def calendar_of(data: bytes) -> Calendar:
    """Make the calendar that a file declares."""
    file = declared(CalendarFile, data)
    years = {year: YearDays(one.source, one.off, one.work) for year, one in file.years.items()}
    return Calendar(file.calendar, file.title, file.weekend, years)


def counting_of(spec: CountingSpec) -> Counting:
    """Make the rules of counting that a pack declares."""
    return Counting(start_day=spec.start_day, roll=spec.roll)
