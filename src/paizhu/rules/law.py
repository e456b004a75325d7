"""What the law says of an article, a time limit or an effect on a given day, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from paizhu.kernel.errors import NotFound
from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text
from paizhu.rules.articles import english
from paizhu.rules.mistakes import unknown_name
from paizhu.rules.spec import (
    Dated,
    EffectPeriod,
    Instrument,
    LegalClock,
    LegalExtension,
    Procedure,
    Provision,
)

W = TypeVar("W", bound=str)

_BASIS = Text("依据", "basis")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on, as it stood on the day that was asked about."""

    ref: str
    #: Key of the instrument.
    instrument: str
    instrument_title: Text
    short: Text | None
    article: str
    #: The day from which the version applies; None when the text names none.
    version: date | None
    confidence: str
    #: Name of the legal clock or effect; None for a bare provision.
    title: Text | None = None
    limit: Period | None = None
    roll: bool = True
    direction: str = "after"
    extension: LegalExtension | None = None
    says: Text | None = None
    note: Text | None = None
    #: Why the law gives no figure: `promptly`, `field`, …
    no_number: str | None = None
    #: False before the first version, after repeal, and outside the days of the rule.
    in_force: bool = True

    @property
    def cited(self) -> Text:
        """Cite it the way an official letter does."""
        name = self.short or self.instrument_title
        return Text(f"《{name.zh}》{self.article}", f"{name.en}, {english(self.article)}")


@dataclass(frozen=True)
class LawBook:
    """Instruments by key, with everything that can be cited from them."""

    instruments: Mapping[str, Instrument]

    @cached_property
    def clocks(self) -> dict[str, tuple[str, LegalClock]]:
        """Legal clocks by id, each with the key of its instrument."""
        return {
            ref: (name, clock)
            for name, instrument in self.instruments.items()
            for ref, clock in instrument.clocks.items()
        }

    @cached_property
    def effects(self) -> dict[str, tuple[str, EffectPeriod]]:
        """Effect periods by id, each with the key of its instrument."""
        return {
            ref: (name, effect)
            for name, instrument in self.instruments.items()
            for ref, effect in instrument.effects.items()
        }

    @cached_property
    def refs(self) -> tuple[str, ...]:
        """Everything that may stand as a `basis`."""
        return tuple(self._refs())

    def _refs(self) -> Iterator[str]:
        for name, instrument in self.instruments.items():
            yield from (f"{name}/{slug}" for slug in instrument.provisions)
        rows: list[tuple[str, LegalClock | EffectPeriod]] = [
            *((ref, clock) for ref, (_, clock) in self.clocks.items()),
            *((ref, effect) for ref, (_, effect) in self.effects.items()),
        ]
        for ref, row in rows:
            yield ref
            yield from (f"{ref}.{phase}" for phase in row.phases)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.refs)

    def instrument_of(self, ref: str) -> str:
        """Give the key of the instrument in whose file `ref` stands."""
        if ref not in self._known:
            raise NotFound(unknown_name(_BASIS, ref, self.refs))
        return ref.split("/")[0] if "/" in ref else self._row(ref)[0]

    def instruments_of(self, ref: str) -> frozenset[str]:
        """Give the keys of the instruments without which `ref` cannot be explained."""
        name = self.instrument_of(ref)
        if "/" in ref:
            return frozenset({name})
        return frozenset({name, _provision_ref(name, self._row(ref)[1])[0]})

    def basis(self, ref: str, on: date) -> Basis:
        """Give what `ref` said on `on`; raise NotFound naming the nearest when there is none."""
        if ref not in self._known:
            raise NotFound(unknown_name(_BASIS, ref, self.refs))
        if "/" in ref:
            return self._of_provision(ref, on)
        return self._of_row(ref, on)

    def _row(self, ref: str) -> tuple[str, LegalClock | EffectPeriod]:
        row_ref = ref.split(".")[0]
        return self.clocks.get(row_ref) or self.effects[row_ref]

    def _provision(self, ref: str) -> tuple[Instrument, Provision]:
        name, slug = ref.split("/")
        instrument = self.instruments[name]
        return instrument, instrument.provisions[slug]

    def _of_provision(self, ref: str, on: date) -> Basis:
        instrument, provision = self._provision(ref)
        return Basis(
            ref=ref,
            instrument=instrument.instrument,
            instrument_title=instrument.title,
            short=instrument.short,
            article=_at_or_first(provision.cites, on),
            version=provision.cites.version_at(on) or _version_of(instrument, on),
            confidence=_at_or_first(provision.confidence, on),
            says=provision.says,
            note=provision.note,
            in_force=provision.cites.at(on) is not None and _is_in_force(instrument, on),
        )

    def _of_row(self, ref: str, on: date) -> Basis:
        name, row = self._row(ref)
        phase = row.phases[ref.split(".", 1)[1]] if "." in ref else None
        limits = phase.limit if phase else _limit(row)
        article = self._of_provision("/".join(_provision_ref(name, row)), on)
        since, until = row.in_force.since, row.in_force.until
        return Basis(
            ref=ref,
            instrument=article.instrument,
            instrument_title=article.instrument_title,
            short=article.short,
            article=article.article,
            version=article.version,
            confidence=_at_or_first(row.confidence, on),
            title=_title(row, phase.title if phase else None),
            limit=limits.at(on) if limits else None,
            roll=row.roll if isinstance(row, LegalClock) else False,
            direction=row.direction if isinstance(row, LegalClock) else "after",
            extension=row.extension if isinstance(row, LegalClock) else None,
            says=row.must if isinstance(row, LegalClock) else row.effect,
            note=row.note,
            no_number=row.no_number if isinstance(row, LegalClock) else None,
            in_force=article.in_force
            and (since is None or since <= on)
            and (until is None or on <= until),
        )


def _provision_ref(name: str, row: LegalClock | EffectPeriod) -> tuple[str, str]:
    """Read `slug` as one of the same instrument, `instrument/slug` as one of another."""
    first, _, rest = row.provision.partition("/")
    return (first, rest) if rest else (name, first)


def _limit(row: LegalClock | EffectPeriod) -> Dated[Period] | None:
    return row.limit if isinstance(row, LegalClock) else row.period


def _title(row: LegalClock | EffectPeriod, phase: Text | None) -> Text:
    if phase is None:
        return row.title
    return Text(f"{row.title.zh}·{phase.zh}", f"{row.title.en}: {phase.en}")


def _at_or_first(dated: Dated[W], on: date) -> W:
    """Give the value of the day; for a day before the first, the first."""
    return dated.at(on) or dated.values[0][1]


def _version_of(instrument: Instrument, on: date) -> date | None:
    return max((day for day in instrument.versions if day <= on), default=None)


def _is_in_force(instrument: Instrument, on: date) -> bool:
    return min(instrument.versions) <= on and (
        instrument.repealed is None or on <= instrument.repealed
    )


def citations(procedure: Procedure) -> Iterator[tuple[tuple[object, ...], str]]:
    """Walk every `basis` of a procedure, each with the keys that lead to it."""
    for number, ref in enumerate(procedure.basis):
        yield ("basis", number), ref
    for name, action in procedure.actions.items():
        for number, refusal in enumerate(action.refuses):
            yield ("actions", name, "refuses", number, "basis"), refusal.basis
        for number, approval in enumerate(action.approvals):
            if approval.basis is not None:
                yield ("actions", name, "approvals", number, "basis"), approval.basis
    for name, clock in procedure.clocks.items():
        yield ("clocks", name, "basis"), clock.basis
        for number, pause in enumerate(clock.pauses):
            yield ("clocks", name, "pauses", number, "basis"), pause.basis
