"""What a store keeps ready gives the same answers as finding everything out again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds import equal, facts, judging, store, tables
from paizhu.analysis.ocds.indicators import Indicators
from paizhu.analysis.ocds.settings import DEFAULTS, from_mapping
from tests.analysis.ocds.conftest import award, bid, changed, contest, crowd, release, write
from tests.analysis.ocds.test_store import NOW, TODAY, UNTIL

SETTINGS: list[dict[str, Any]] = [
    {"currency": "CNY"},
    {},
    {"currency": "USD"},
    {"currency": "CNY", "no_price_comparison_procurement_methods": "公开招标"},
    {"currency": "CNY", "exclusions": {"procurement_method_details": "询价"}},
]


def first_load() -> list[Any]:
    """Give ordinary processes and one of every awkward kind."""
    joint = bid("J1", 90) | {"tenderers": [{"id": "J1"}, {"id": 'J"2\\'}]}
    dollars = bid("D", 70, value={"amount": 70, "currency": "USD"})
    return [
        *crowd(40),
        *crowd(64, procurementMethodDetails="公开招标")[40:],
        contest("far", 900, procurementMethodDetails="询价"),
        contest("gone", 120, status="cancelled"),
        release("joint", [joint, bid("W", 90)], award("W", 'J"2\\')),
        release("mixed", [dollars, bid("W", 80), bid("L", 99)], award("W")),
        release("late", [bid("W", 80, date="2025-04-02T09:00:00+08:00"), bid("L", 99)], award("W")),
        release("out", [bid("W", 80), bid("L", 70, status="disqualified")], award("W")),
        contest("twice", 300), contest("twice", 310),
        release(77, [bid("W", 1)], award("W")), release("bare", []), "{broken",
        release("direct", [bid("W", 390_000)], award("W", value={"amount": 390_000, "currency": "CNY"},
                date="2025-05-01T00:00:00+08:00", items=[{"classification": {"id": "33140000"}}]),
                procurementMethod="limited"),
    ]  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path) -> store.Store:
    """Load twice: the second file replaces a process and adds one."""
    place = store.make(tmp_path, "city", purpose="年度采购监督", expires=UNTIL, on=TODAY)
    second = [*first_load(), changed(contest("far", 105), "buyer/id", "B2"), contest("new", 800)]
    for name, releases in (("1.jsonl", first_load()), ("2.jsonl", second)):
        with tables.connect(spill=place.spill) as connection:
            place, _ = store.load(connection, write(tmp_path / name, releases), place, now=NOW)
    return place


def anew(place: store.Store) -> Any:
    connection = tables.connect(spill=place.spill)
    tables.put_lines(connection, place.files())
    return connection


def ready(place: store.Store) -> Any:
    with tables.connect(spill=place.spill) as connection:
        folder = facts.ready(connection, place)
    connection = anew(place)
    facts.see(connection, folder)
    return connection


def test_our_answers_are_the_same(kept: store.Store, declared: Indicators) -> None:
    found = judging.judge(anew(kept), declared)
    assert {"R058", "R030", "R036"} <= {flag.code for flag in found.flags}
    assert judging.judge(ready(kept), declared, is_kept=True) == found


@pytest.mark.parametrize("given", SETTINGS)
def test_the_answers_of_the_tool_are_the_same(kept: store.Store, given: dict[str, Any]) -> None:
    settings = from_mapping(given | {code: {} for code in DEFAULTS})
    found = equal.answer(anew(kept), settings)
    assert found["OCID"]
    assert equal.answer(ready(kept), settings, is_kept=True) == found


def test_what_is_not_whole_is_found_anew(kept: store.Store, declared: Indicators) -> None:
    before = judging.judge(ready(kept), declared, is_kept=True)
    (folder,) = kept.folder.glob("facts-*")
    share = folder / "share.parquet"
    share.write_bytes(share.read_bytes() + b"x")
    assert judging.judge(ready(kept), declared, is_kept=True) == before
    assert not share.read_bytes().endswith(b"x")
    (folder / "tender.parquet").unlink()
    assert judging.judge(ready(kept), declared, is_kept=True) == before


def test_facts_of_other_rows_are_not_read(
    kept: store.Store, tmp_path: Path, declared: Indicators
) -> None:
    ready(kept)
    before = set(kept.folder.glob("facts-*"))
    with tables.connect(spill=kept.spill) as connection:
        more, _ = store.load(connection, write(tmp_path / "3.jsonl", [contest("more", 700)]), kept,
                             now=NOW)  # fmt: skip
    found = judging.judge(ready(more), declared, is_kept=True)
    assert found == judging.judge(anew(more), declared)
    assert "more" in {flag.who for flag in found.flags}
    assert set(kept.folder.glob("facts-*")).isdisjoint(before)
    assert not list(kept.folder.glob(".*.facts"))
