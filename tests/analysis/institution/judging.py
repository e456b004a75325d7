"""Run every flag over the generated hospital and hold what it found against what was planted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.measures import LoadedMeasure
from paizhu.analysis.tables import Table
from tests.analysis.institution import keeping, purchasing, spending
from tests.analysis.institution.ordinary import ordinary_year
from tests.analysis.institution.world import PLANTS, World

#: Every module whose plantings are wanted is named here, so that it is loaded.
ROOMS = (purchasing, spending, keeping)
#: Departments with five hundred payments are few in a hospital.
NUMBERS = {"benford_department": 2, "holiday_approvals": 4}


@dataclass(frozen=True, slots=True)
class Score:
    """What a flag found of the planted, of the look-alikes, and beside both."""

    planted: int
    found: int
    alike: int
    alarms: int
    #: Findings that rest on ordinary rows alone.
    beside: int
    #: Findings that rest on rows made for other flags.
    elsewhere: int
    findings: int

    @property
    def recall(self) -> float:
        return self.found / self.planted

    @property
    def false_alarms(self) -> float:
        return self.alarms / self.alike

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.alarms + self.beside)


def hospital(*, seed: int = 20250701, number: int = 12) -> World:
    """Make the hospital with every flag planted."""
    world = World(seed)
    ordinary_year(world)
    ordinary = {name: len(rows) for name, rows in world.rows.items()}
    for measure in PLANTS:
        world.plant(measure, NUMBERS.get(measure, number))
    world.ordinary = ordinary
    return world


def judged(
    world: World, measures: Mapping[str, LoadedMeasure], declared: dict[str, Table], folder: Path
) -> dict[str, Assessment]:
    """Run every flag on the last day of the year."""
    with world.connect(folder, declared) as connection:
        return {
            name: assess(one.spec, one.sql, connection=connection, tables=declared, on=date(2025, 12, 31),
                         calendar=one.calendar)
            for name, one in measures.items()
        }  # fmt: skip


def score(world: World, measure: str, assessment: Assessment) -> Score:
    """Count what was found."""
    found = [frozenset(one.row_ids) for one in assessment.found]
    planted, alike = world.planted[measure], world.alike[measure]
    strange = [one for one in found if not any(core & one for core in (*planted, *alike))]
    beside = sum(all(world.is_ordinary(row) for row in one) for one in strange)
    return Score(
        len(planted), sum(any(core <= one for one in found) for core in planted),
        len(alike), sum(any(core & one for one in found) for core in alike),
        beside, len(strange) - beside, len(found),
    )  # fmt: skip
