"""The numbers an institution sets for itself: within the bounds of the measure, by a named act.

A pack of the institution holds `measures/<measure>/override.yaml`. It changes values and nothing else,
and the digest of the measure changes with it, so that every flag says by which numbers it was raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
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
