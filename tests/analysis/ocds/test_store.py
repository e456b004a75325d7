"""A store keeps only new rows, says what for and until when, and notices what was changed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds import equal, judging, store, tables
from paizhu.analysis.ocds.indicators import Indicators
from paizhu.analysis.ocds.settings import from_mapping
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.analysis.ocds.conftest import changed, contest, crowd, raised, release, write

NOW = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
UNTIL = date(2025, 12, 31)


@pytest.fixture
def kept(tmp_path: Path) -> store.Store:
    return store.make(tmp_path, "city", purpose="年度采购监督", expires=UNTIL, on=TODAY)


def load(place: store.Store, file: Path) -> tuple[store.Store, store.Part | None]:
    with tables.connect(spill=place.spill) as connection:
        return store.load(connection, file, place, now=NOW)


def look(place: store.Store) -> Any:
    connection = tables.connect(spill=place.spill)
    tables.put_lines(connection, place.files())
    return connection


def test_a_file_that_grew_adds_only_what_is_new(
    kept: store.Store, tmp_path: Path, declared: Indicators
) -> None:
    first = write(tmp_path / "1.jsonl", crowd(40))
    kept, part = load(kept, first)
    assert part is not None
    assert (part.rows_read, part.rows) == (40, 40)
    kept, part = load(
        kept, write(tmp_path / "2.jsonl", [*crowd(40), contest("far", 900), contest("c7", 700)])
    )
    assert part is not None
    assert (part.rows_read, part.rows) == (42, 2)
    connection = look(kept)
    found = judging.judge(connection, declared)
    assert (found.rows, found.counted, found.superseded) == (42, 41, 1)
    assert raised(found, "R058") == {("OCID", "far"), ("OCID", "c7")}
    flagged = {
        f.who: tables.rows_at(connection, f.rows)[0]["row"] for f in found.flags if f.code == "R058"
    }
    assert flagged == {"far": 41, "c7": 42}


def test_the_answers_of_a_store_are_those_of_its_newest_rows(
    kept: store.Store, tmp_path: Path
) -> None:
    one = release("x", [], numberOfTenderers=1)
    kept, _ = load(kept, write(tmp_path / "1.jsonl", [one, release("y", [], numberOfTenderers=1)]))
    kept, _ = load(kept, write(tmp_path / "2.jsonl", [changed(one, "tender/numberOfTenderers", 3)]))
    answer = equal.answer(look(kept), from_mapping({"R018": {}}))
    assert answer == {"OCID": {"y": {"R018": 1.0}}, "Meta": {}}


def test_the_same_file_is_not_read_again(kept: store.Store, tmp_path: Path) -> None:
    file = write(tmp_path / "1.jsonl", crowd(3))
    kept, _ = load(kept, file)
    again, part = load(kept, file)
    assert (part, again) == (None, kept)
    copied = write(tmp_path / "copy.jsonl", crowd(3))
    kept, part = load(kept, copied)
    assert part is not None
    assert (part.rows_read, part.rows, part.digest) == (3, 0, "")
    assert len(kept.files()) == 1
    assert store.opened(tmp_path, "city", on=TODAY) == kept


def test_rows_that_were_changed_are_noticed(kept: store.Store, tmp_path: Path) -> None:
    kept, _ = load(kept, write(tmp_path / "1.jsonl", crowd(3)))
    kept.files()[0].write_bytes(kept.files()[0].read_bytes() + b"x")
    with pytest.raises(Conflict):
        store.opened(tmp_path, "city", on=TODAY)
    kept.files()[0].unlink()
    with pytest.raises(Conflict):
        store.opened(tmp_path, "city", on=TODAY)


def test_an_expired_store_gives_no_rows_and_can_be_removed(
    kept: store.Store, tmp_path: Path
) -> None:
    load(kept, write(tmp_path / "1.jsonl", crowd(3)))
    assert store.opened(tmp_path, "city", on=UNTIL).name == "city"
    with pytest.raises(NotAllowed):
        store.opened(tmp_path, "city", on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        store.make(tmp_path, "city", purpose=None, expires=None, on=date(2026, 1, 1))
    assert [one.name for one in store.stores(tmp_path)] == ["city"]
    store.remove(tmp_path, "city")
    assert store.stores(tmp_path) == []
    assert list(store.home(tmp_path).iterdir()) == []
    with pytest.raises(NotFound):
        store.remove(tmp_path, "city")


@pytest.mark.parametrize(
    ("name", "purpose", "expires"),
    [("city", None, UNTIL), ("city", "", UNTIL), ("city", "x", None), ("city", "x", date(2025, 6, 30)),
     ("../city", "x", UNTIL), ("城", "x", UNTIL), ("", "x", UNTIL)],
)  # fmt: skip
def test_a_new_store_says_what_for_and_until_when(
    tmp_path: Path, name: str, purpose: str | None, expires: date | None
) -> None:
    with pytest.raises(Invalid):
        store.make(tmp_path, name, purpose=purpose, expires=expires, on=TODAY)
    assert not store.home(tmp_path).exists()


def test_a_load_that_fails_leaves_nothing_behind(kept: store.Store, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        load(kept, tmp_path / "none.jsonl")
    assert [path.name for path in kept.folder.iterdir() if path.name != ".spill"] == ["store.json"]
