"""The declared indicators: what they are called, why they are asked, and the numbers that decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import Field

from paizhu.analysis.declared import Shape, read_shape
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import Mistake, PackErrors, unknown_name

FILE: Final = Path("ocds") / "indicators.yaml"
#: code: parameter: how it is kept while the statements run. These, and no others, are declared.
PARAMETERS: Final[dict[str, dict[str, str]]] = {
    "R003": {"days": "MAP(VARCHAR, DOUBLE)"},
    "R018": {"methods": "VARCHAR[]"},
    "R024": {},
    "R025": {"top": "DOUBLE", "processes": "BIGINT"},
    "R028": {},
    "R030": {},
    "R035": {"least": "BIGINT"},
    "R036": {},
    "R038": {"processes": "BIGINT"},
    "R048": {"digits": "BIGINT", "processes": "BIGINT"},
    "R055": {"line": "DOUBLE", "currency": "VARCHAR", "digits": "BIGINT"},
    "R058": {},
}
_SHAPES: Final = {
    "MAP(VARCHAR, DOUBLE)": dict, "VARCHAR[]": tuple, "DOUBLE": int | float, "BIGINT": int, "VARCHAR": str,
}  # fmt: skip

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
    """Read the declaration of the last pack that has one; raise `PackErrors` naming the mistakes."""
    for pack in reversed(packs):
        file = pack / FILE
        if file.is_file():
            mistakes: list[Mistake] = []
            found = read_shape(file, Indicators, mistakes=mistakes)
            if found is not None:
                mistakes += _mistakes(file, found)
            if found is None or mistakes:
                raise PackErrors(mistakes)
            return found
    raise Invalid(
        Text("所用规则包没有声明 OCDS 指标。", "No pack in use declares the OCDS indicators.")
    )


def check_indicators(packs: Sequence[Path]) -> list[Mistake]:
    """Say what is wrong with the declarations of the packs, for `paizhu check`."""
    mistakes: list[Mistake] = []
    for pack in packs:
        if (pack / FILE).is_file():
            try:
                load_indicators([pack])
            except PackErrors as errors:
                mistakes += errors.mistakes
    return mistakes


def _mistakes(file: Path, found: Indicators) -> Iterator[Mistake]:
    for code, indicator in found.indicators.items():
        if code not in PARAMETERS:
            yield Mistake(str(file), 1, f"indicators.{code}", unknown_name(Text("指标", "indicator"), code, PARAMETERS),
                          tuple(PARAMETERS))  # fmt: skip
            continue
        asked = PARAMETERS[code]
        if indicator.parameters.keys() != asked.keys():
            yield Mistake(str(file), 1, f"indicators.{code}.parameters", Text(
                "参数不全或有多余。", "There are parameters missing, or too many."), tuple(asked))  # fmt: skip
            continue
        for name, kind in asked.items():
            value = indicator.parameters[name].value
            if not isinstance(value, _SHAPES[kind]) or isinstance(value, bool):
                yield Mistake(str(file), 1, f"indicators.{code}.parameters.{name}", Text(
                    "值的写法不对。", "The value is of another kind."), (kind,))  # fmt: skip
