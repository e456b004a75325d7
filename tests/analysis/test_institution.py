"""The flags over a generated hospital: planted truth is found, what only looks like it is not."""

from __future__ import annotations

import copy
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from paizhu.analysis.assessing import Assessment, assess
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import measure_named, measures
from tests.analysis.institution.judging import Score, hospital, judged, score
from tests.analysis.institution.rings import SIGNS, signs, tenders, told
from tests.analysis.institution.world import World

FLAGS = sorted(name for name, one in measures().items() if one.spec.kind == "flag")


@pytest.fixture(scope="module")
def year() -> World:
    return hospital()


@pytest.fixture(scope="module")
def answers(year: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assessment]:
    return judged(year, measures(), tables(), tmp_path_factory.mktemp("books"))


def test_there_are_thirty_flags_and_each_is_planted(year: World) -> None:
    assert len(FLAGS) >= 30
    assert set(year.planted) == set(year.alike) == set(FLAGS)


@pytest.mark.parametrize("measure", FLAGS)
def test_planted_truth_is_found_and_look_alikes_are_not(
    year: World, answers: dict[str, Assessment], measure: str
) -> None:
    found: Score = score(year, measure, answers[measure])
    assert found.recall >= 0.95
    assert found.false_alarms <= 0.05
    assert found.beside <= 0.05 * found.findings, "ordinary rows were flagged"


@pytest.mark.parametrize("seed", [1, 2])
def test_another_hospital_gives_the_same_picture(seed: int, tmp_path: Path) -> None:
    other = hospital(seed=seed, number=8)
    scores = {
        n: score(other, n, a)
        for n, a in judged(other, measures(), tables(), tmp_path).items()
        if n in FLAGS
    }
    planted, found = sum(s.planted for s in scores.values()), sum(s.found for s in scores.values())
    assert found >= 0.95 * planted
    assert sum(s.alarms for s in scores.values()) <= 0.05 * sum(s.alike for s in scores.values())


@pytest.mark.parametrize("measure", FLAGS)
def test_fewer_rows_than_the_minimum_are_never_judged(
    year: World, measure: str, tmp_path: Path
) -> None:
    """Each table by itself is cut to one row fewer than it needs."""
    one = measure_named(measure)
    declared = {name: tables()[name] for name in one.spec.inputs}
    for name, table in one.spec.inputs.items():
        needed = one.spec.minimum_rows if table.minimum is None else table.minimum
        small = copy.copy(year)
        small.rows = year.rows | {name: year.rows[name][: needed - 1]}
        (answer,) = judged(small, {measure: one}, declared, tmp_path).values()
        assert (answer.outcome, answer.found) == ("not_assessable", ())
        assert any(tables()[name].title.en in reason.en for reason in answer.reasons)


def test_the_screens_tell_rings_from_honest_tenders_as_far_as_they_can(tmp_path: Path) -> None:
    """What is found is printed in the reference; what is not found is said there too."""
    world, kinds = tenders(seed=11, rings=100, honest=400)
    one, declared = measure_named("arranged_bids"), {"bids": tables()["bids"]}
    with world.connect(tmp_path, declared) as connection:
        answer = assess(
            one.spec, one.sql, connection=connection, tables=declared, on=date(2025, 12, 31)
        )
    seen = Counter(kinds[found.subject] for found in answer.found)
    assert seen["bunched"] >= 95
    assert seen["independent"] <= 4
    assert seen["tight"] <= 12
    # Prices bunched under a ceiling look like cover bids: the known false alarm, and not hidden.
    assert 0 < seen["ceiling"] <= 48


def test_no_figure_alone_tells_rings_as_well_as_all_signs_together(tmp_path: Path) -> None:
    """The figures of the reference: precision and recall of each screen, and of all five."""
    world, kinds = tenders(seed=11, rings=100, honest=400)
    facts, flag, declared = measure_named("bid_screens"), measure_named("arranged_bids"), {"bids": tables()["bids"]}  # fmt: skip
    lines = {name: one.value.values[-1][1] for name, one in flag.spec.parameters.items()}
    with world.connect(tmp_path, declared) as connection:
        on = date(2025, 12, 31)
        computed = assess(facts.spec, facts.sql, connection=connection, tables=declared, on=on)
        raised = assess(flag.spec, flag.sql, connection=connection, tables=declared, on=on)
    seen = {one.subject: signs(one.facts, lines) for one in computed.found}
    whole = {tender for tender, found in seen.items() if len(found) == len(SIGNS)}
    assert whole == {one.subject for one in raised.found}, "the flag is these five signs"
    together = told(whole, kinds)
    assert together.precision >= 0.7
    assert together.recall >= 0.35
    for name in SIGNS:
        alone = told({tender for tender, found in seen.items() if name in found}, kinds)
        assert alone.precision < together.precision, name
