"""How the flags themselves are watched: declared shares and limits, for all measures or for one.

A pack holds `measures/watching.yaml`; a later pack replaces single values of an earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from paizhu.analysis.catalog import folders
from paizhu.analysis.declared import Shape, read_shape
from paizhu.rules.mistakes import Mistake, PackErrors

Share = Annotated[Decimal, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Declared(Shape):
    """Values as a file gives them; what is left out stays as it was."""

    second_look: Share | None = None
    too_often: Share | None = None
    least_settled: Count | None = None
    too_few_hits: Share | None = None
    quiet_runs: Count | None = None
    quiet_rows: Count | None = None
    old_days: Count | None = None


class DeclaredFile(Declared):
    """The file: values for all, and for measures by name."""

    measures: dict[str, Declared] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watching:
    """What holds for one measure; these values where no pack declares any."""

    second_look: Decimal = Decimal("0.2")
    too_often: Decimal = Decimal("0.1")
    least_settled: int = 20
    too_few_hits: Decimal = Decimal("0.05")
    quiet_runs: int = 6
    quiet_rows: int = 1000
    old_days: int = 30


def watching_of(measure: str) -> Watching:
    """Give the values that hold for a measure in the packs in use."""
    general, single = _read(folders())
    return _with(general, single.get(measure, ()))


def load_watching(packs: Sequence[Path]) -> tuple[Watching, Mapping[str, tuple[Declared, ...]]]:
    """Read the files of the packs, in their order; raise `PackErrors` saying what is wrong."""
    mistakes: list[Mistake] = []
    general, single = Watching(), dict[str, tuple[Declared, ...]]()
    for file in (pack / "measures" / "watching.yaml" for pack in packs):
        found = read_shape(file, DeclaredFile, mistakes=mistakes) if file.is_file() else None
        if found is not None:
            general = _with(general, (found,))
            for name, one in found.measures.items():
                single[name] = (*single.get(name, ()), one)
    if mistakes:
        raise PackErrors(mistakes)
    return general, single


@lru_cache(maxsize=4)
def _read(packs: tuple[Path, ...]) -> tuple[Watching, Mapping[str, tuple[Declared, ...]]]:
    return load_watching(packs)


def _with(watching: Watching, changes: Sequence[Declared]) -> Watching:
    for change in changes:
        given = {field.name: getattr(change, field.name) for field in fields(Watching)}
        watching = replace(watching, **{k: v for k, v in given.items() if v is not None})
    return watching
