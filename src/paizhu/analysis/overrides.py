"""The numbers an institution sets for itself: within the bounds of the measure, by a named act.

A pack of the institution holds `measures/<measure>/override.yaml`; an act in the ledger does the same
for the books of one unit. Both change values and nothing else, and the digest of the measure changes
with them, so that every flag says by which numbers it was raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from paizhu.analysis.declared import Shape, read_shape
from paizhu.analysis.measurespec import Measure, Parameter
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.spec import Dated


class Override(Shape):
    """Values that hold in this institution, and the act that approved them."""

    #: The decision that approved these values: its title or number.
    act: Text
    approved_date: date
    #: parameter: its value here, or values by day.
    parameters: dict[str, Dated[Decimal]] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Act:
    """A value that an approved act sets for the books of one unit, between its first and last day."""

    ref: str
    measure: str
    parameter: str
    value: Decimal
    since: date
    until: date | None
    #: How far above the unit whose books are read it was set: 0 for the unit itself.
    above: int = 0
    #: The later act of the same day counts.
    number: int = 0

    def holds(self, day: date | None) -> bool:
        """Say whether it holds on a day; None is the time before any."""
        return day is not None and self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Piece:
    """A value from a day on, and the act that set it; none where the packs did."""

    since: date | None
    value: Decimal
    act: str


def fits(parameter: Parameter, value: Decimal) -> bool:
    """Say whether an act may set this value."""
    return value.is_finite() and parameter.allows(value)


def pieces(parameter: Parameter, acts: Sequence[Act]) -> tuple[Piece, ...]:
    """Lay the acts that are within the bounds over the packs' own values, day by day."""
    own = [act for act in acts if fits(parameter, act.value)]
    days = {since for since, _ in parameter.value.values} | {act.since for act in own}
    days |= {act.until + timedelta(days=1) for act in own if act.until and act.until < date.max}
    found: list[Piece] = []
    for day in sorted(days, key=lambda day: day or date.min):
        piece = _on(day, parameter, own)
        if piece and (not found or (piece.value, piece.act) != (found[-1].value, found[-1].act)):
            found.append(piece)
    return tuple(found)


def _on(day: date | None, parameter: Parameter, acts: Sequence[Act]) -> Piece | None:
    """Give what counts on a day; before the packs' own first day there is no rule to give a number to."""
    value = parameter.value.at(day or date.min)
    if value is None:
        return None
    holding = [act for act in acts if act.holds(day)]
    if not holding:
        return Piece(day, value, "")
    # What was set for the unit itself goes before what was set for a body it is part of.
    act = max(holding, key=lambda act: (-act.above, act.since, act.number))
    return Piece(day, act.value, act.ref)


def laid_over(
    measure: Measure, acts: Sequence[Act]
) -> tuple[Measure, Mapping[str, tuple[Piece, ...]]]:
    """Give the measure with the values the acts set, and for each of these where it comes from."""
    named: dict[str, list[Act]] = {}
    for act in acts:
        if act.parameter in measure.parameters:
            named.setdefault(act.parameter, []).append(act)
    changed = {name: pieces(measure.parameters[name], mine) for name, mine in named.items()}
    values = {
        name: Dated[Decimal].model_construct(values=tuple((one.since, one.value) for one in found))
        for name, found in changed.items()
    }
    return measure.with_values(values), changed


def overridden(measure: Measure, file: Path, *, mistakes: list[Mistake]) -> Measure:
    """Give the measure with the values of the file; add what is wrong to `mistakes`."""
    override = read_shape(file, Override, mistakes=mistakes)
    if override is None:
        return measure
    wrong = list(_wrong(measure, override, file))
    mistakes.extend(wrong)
    if wrong:
        return measure
    changed = {
        name: parameter.model_copy(update={
            "value": override.parameters[name], "example": False, "note": _note(override)})
        if name in override.parameters else parameter
        for name, parameter in measure.parameters.items()
    }  # fmt: skip
    return measure.model_copy(update={"parameters": changed})


def _note(override: Override) -> Text:
    day = override.approved_date.isoformat()
    return Text(f"本单位自定值，依据：{override.act.zh}（{day}）。",
                f"Set by this institution: {override.act.en} ({day}).")  # fmt: skip


def _wrong(measure: Measure, override: Override, file: Path) -> Iterator[Mistake]:
    for name, dated in override.parameters.items():
        parameter = measure.parameters.get(name)
        if parameter is None:
            yield Mistake(str(file), 1, f"parameters.{name}",
                          unknown_name(Text("参数", "parameter"), name, measure.parameters),
                          tuple(measure.parameters))  # fmt: skip
            continue
        for _, value in dated.values:
            if not parameter.allows(value):
                yield Mistake(str(file), 1, f"parameters.{name}", Text(
                    f"{value} 不在允许的范围内。", f"{value} is not within its bounds."), _bounds(parameter))  # fmt: skip


def _bounds(parameter: Parameter) -> tuple[str, ...]:
    if parameter.least is None:
        return ("–",)
    return (f"{parameter.least} … {parameter.most}",)
