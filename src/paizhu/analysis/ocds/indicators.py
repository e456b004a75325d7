"""The declared indicators: what they are called, why they are asked, and the numbers that decide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from paizhu.analysis.declared import Shape, read_shape
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, PackErrors

FILE: Final = Path("ocds") / "indicators.yaml"

Number = int | float
Value = Number | str | tuple[str, ...] | dict[str, Number]


class Parameter(Shape):
    """A number that decides, or a list of words, and what it means."""

    title: Text
    value: Value
    #: True for a value that stands for the local one and must be set by each deployment.
    example: bool = False
    #: Where the number comes from, and how surely that was read.
    basis: Text | None = None


class Indicator(Shape):
    """One indicator as it is explained beside each flag."""

    title: Text
    #: The finding in a sentence, with {who}, {value}, {threshold}, {processes}.
    says: Text
    why: Text
    exclusions: tuple[Text, ...] = ()
    known_false_alarms: tuple[Text, ...] = Field(min_length=1)
    parameters: dict[str, Parameter] = Field(default_factory=dict)


class Indicators(Shape):
    """All of them, and why a process may not be judged."""

    #: How far a fence stands from the quartiles, in interquartile ranges.
    reach: float
    #: The smallest population that has a fence.
    minimum_population: int = Field(ge=4)
    #: Not judged because something is not known.
    not_assessable: dict[str, Text]
    #: Not judged because the question does not arise.
    outside: dict[str, Text]
    indicators: dict[str, Indicator]


def load_indicators(packs: Sequence[Path]) -> Indicators:
    """Read the declaration of the first pack that has one; raise `PackErrors` naming the mistakes."""
    for pack in packs:
        file = pack / FILE
        if file.is_file():
            mistakes: list[Mistake] = []
            found = read_shape(file, Indicators, mistakes=mistakes)
            if found is None or mistakes:
                raise PackErrors(mistakes)
            return found
    raise Invalid(
        Text("所用规则包没有声明 OCDS 指标。", "No pack in use declares the OCDS indicators.")
    )
