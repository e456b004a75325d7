"""One writer at a time appends; what was written is read back."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from paizhu.engine.entries import Entry, Value
from paizhu.kernel.digest import canonical
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed
from paizhu.ledger import book, chain
from paizhu.ledger.verify import verify
from tests.plugins.owner import guards_off
from tests.unit.ledger import books
from tests.unit.ledger.books import START, entry, put

pytestmark = pytest.mark.django_db


def test_an_entry_is_read_back_as_it_was_written() -> None:
    written = entry(
        1, payload={"values": {"备注": 'a "quoted" \\ word\nnext', "n": [1, True, None]}}
    )
    with book.writing() as pen:
        page = pen.append("XS-WJ-2025-001", written)
    assert page.seq == 1
    assert book.entries_of("XS-WJ-2025-001") == [written]
    assert book.last() == book.Appended(page.seq, page.digest)
    assert verify().pages == 1


def test_a_page_is_given_as_it_will_be_read_back_with_the_moment_recorded() -> None:
    with book.writing() as pen:
        first = pen.append("A", entry(1, at=START + timedelta(seconds=1)))
        second = pen.append("A", entry(2, at=START))
    assert second.entry.at == first.entry.at
    assert book.lines_of("A") == [first, second]
    assert book.lines_after("A", 1, first.digest) == [second]
    assert book.lines_after("A", 2, second.digest) == []
    assert book.lines_after("A", 1, second.digest) is None
    assert book.lines_after("A", 3, second.digest) is None


def test_an_empty_book_ends_before_its_first_page() -> None:
    assert book.last() == book.Appended(0, "")
    assert book.entries_of("XS-WJ-2025-001") == []
    assert list(book.iter_all()) == []
    with book.writing() as pen:
        assert pen.last.seq == 0
    assert verify().is_good


def test_entries_of_several_matters_come_together_and_an_unknown_one_is_empty() -> None:
    for version in (1, 2):
        put("A", version)
        put("B", version)
    found = book.entries_of_many(["B", "A", "C", "A"])
    assert {ref: [e.version for e in entries] for ref, entries in found.items()} == {
        "B": [1, 2],
        "A": [1, 2],
        "C": [],
    }
    assert book.entries_of_many([]) == {}


def test_the_whole_book_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    with book.writing() as pen:
        for number in range(7):
            pen.append(f"A-{number}", entry(1))
    monkeypatch.setattr(book, "CHUNK", 3)
    whole = [line.seq for line in book.iter_all()]
    assert whole == [1, 2, 3, 4, 5, 6, 7]
    assert [line.matter for line in book.lines_of("A-3")] == ["A-3"]


def test_a_version_that_is_taken_is_a_conflict_and_nothing_is_stored() -> None:
    put("A", 1)
    with pytest.raises(Conflict, match="after you opened it"):
        put("A", 1)
    assert book.last().seq == 1
    assert put("A", 2).seq == 2


def test_a_version_left_out_is_refused_by_the_database() -> None:
    put("A", 1)
    with pytest.raises(IntegrityError):
        put("A", 3)


def test_several_entries_are_one_transaction() -> None:
    def put_twice() -> None:
        with book.writing() as pen:
            pen.append("A", entry(1))
            pen.append("A", entry(1))

    with pytest.raises(Conflict):
        put_twice()
    assert book.last().seq == 0


@pytest.mark.parametrize(
    ("matter", "wrong"),
    [
        ("A", entry(1, kind="invented")),
        ("A", entry(0)),
        (None, entry(1)),
        ("A", entry(1, kind="reads_sealed")),
        ("A", entry(1, at=datetime(2025, 1, 1), day=START.date())),  # noqa: DTZ001 - that is the mistake
        ("A", entry(1, day=START.date() + timedelta(days=1))),
    ],
)
def test_what_cannot_stand_in_the_book_is_refused(matter: str | None, wrong: Entry) -> None:
    with pytest.raises(Invalid), book.writing() as pen:
        pen.append(matter, wrong)
    assert book.last().seq == 0


def test_the_moment_is_recorded_in_the_zone_of_the_place() -> None:
    late = datetime(2025, 3, 3, 17, 0, tzinfo=UTC)  # already the 4th there
    with book.writing() as pen:
        pen.append("A", entry(1, at=late, day=late.date() + timedelta(days=1)))
    (read,) = book.entries_of("A")
    assert read.at == late
    assert read.at.isoformat() == "2025-03-04T01:00:00+08:00"


def test_a_small_step_back_of_the_clock_is_recorded_at_the_moment_before() -> None:
    put("A", 1)
    put("A", 2, START - timedelta(minutes=2))
    assert book.entries_of("A")[1].at == START
    assert verify().findings[0].where == "ruletext"  # and nothing else


def test_a_great_step_back_of_the_clock_is_refused() -> None:
    put("A", 1)
    with pytest.raises(Invalid, match="only written forward"):
        put("A", 2, START - timedelta(minutes=6))


def test_without_its_head_a_written_book_is_not_continued() -> None:
    put("A", 1)
    with guards_off(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_head")
    with pytest.raises(NotAllowed, match="paizhu verify"):
        put("A", 2)


@pytest.mark.parametrize("name", ["sha256", "sm3"])
def test_a_book_holds_under_either_hash(name: str) -> None:
    books.keep_rules()
    with book.writing(hash_name=name) as pen:
        for version in (1, 2, 3):
            assert pen.append("A", entry(version)).digest.startswith(f"{name}:")
    assert verify().findings == ()


def test_a_book_may_change_its_hash_from_a_page_on() -> None:
    books.keep_rules()
    for version, name in enumerate(("sha256", "sm3", "sha256"), start=1):
        with book.writing(hash_name=name) as pen:
            pen.append("A", entry(version))
    assert verify().findings == ()


@pytest.mark.parametrize(("name", "code"), [("sm3", 0), ("md4x", 1)])
def test_a_hash_that_cannot_be_computed_stops_the_start(
    name: str, code: int, tmp_path: object
) -> None:
    done = subprocess.run(
        [sys.executable, "-c",
         "import django; django.setup(); from paizhu.ledger.apps import LedgerConfig; "
         "assert LedgerConfig.hash_name == 'sm3'"],
        env={"DJANGO_SETTINGS_MODULE": "paizhu.project.settings", "PAIZHU_HASH": name,
             "PAIZHU_DATA": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "PAIZHU_HASH" in done.stderr) == (code, bool(code))


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(words, values, max_size=4), words, words, st.integers(-840, 840))
def test_a_page_is_read_back_whatever_stands_on_it(
    payload: dict[str, Value], name: str, action: str, minutes: int
) -> None:
    at = START.astimezone(timezone(timedelta(minutes=minutes)))
    written = entry(3, at=at, payload=payload, name=name, action=action)
    place = chain.Place(seq=9, prev="", hash_name="sha256", nonce="n", salt="s")
    page = chain.page("A", written, chain.moment_text(at), place)
    assert chain.entry(page.header, page.payload) == written
    header = chain.read_header(page.header)
    assert header is not None
    assert (header.name, header.action, header.seq) == (name, action, 9)
    assert page.payload is not None
    assert canonical(payload).decode() == page.payload
    assert chain.payload_digest("s", page.payload, "sha256") == page.payload_digest


def test_the_first_day_of_the_book_is_that_of_its_first_page() -> None:
    assert book.first_day() is None
    put("A", 1)
    put("A", 2, START + timedelta(days=3))
    assert book.first_day() == START.date()
