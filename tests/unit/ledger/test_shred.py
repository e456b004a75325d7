"""Content is lawfully removed by two persons; the chain goes on to hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.ledger import book, shred
from paizhu.ledger.verify import verify
from tests.plugins.owner import guards_off
from tests.unit.ledger import books
from tests.unit.ledger.books import START

pytestmark = pytest.mark.django_db
REF = "XS-WJ-2025-001"


def remove(**changes: str) -> book.Line:
    given = {
        "by": "person:1",
        "post": "keeper@body:1",
        "approved_by": "person:2",
        "reasons": "保管期限届满",
        **changes,
    }
    return shred.remove(REF, now=START + timedelta(days=1), **given)  # type: ignore[arg-type]


def written() -> None:
    books.keep_rules()
    for version in (1, 2):
        books.put(REF, version)
    warning = books.entry(3, kind="warned", person="system", payload={"clock": "opinion"})
    with book.writing() as pen:
        pen.append(REF, warning)


def test_content_goes_headers_stay_and_the_book_holds() -> None:
    written()
    page = remove()
    entries = book.entries_of(REF)
    assert [entry.payload is None for entry in entries] == [True, True, False, False]
    assert [entry.stage for entry in entries[:2]] == ["opened", "opened"]
    last = entries[-1]
    assert (last.kind, last.version, last.rules) == ("shredded", 4, books.RULES)
    assert last.payload == {
        "reasons": "保管期限届满",
        "approved_by": "person:2",
        "entries": [1, 2],
    }
    assert page.seq == 4
    assert verify().findings == ()


def test_what_was_removed_is_in_no_column_any_more() -> None:
    written()
    remove()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ledger_entry")
        assert "反映采购问题" not in str(cursor.fetchall())


def test_one_person_alone_removes_nothing() -> None:
    written()
    with pytest.raises(NotAllowed, match="two persons"):
        remove(approved_by="person:1")
    assert book.last().seq == 3


def test_nothing_is_removed_without_reasons() -> None:
    written()
    with pytest.raises(Invalid, match="reasons"):
        remove(reasons=" ")


def test_nothing_is_removed_twice_nor_where_nothing_is() -> None:
    with pytest.raises(NotFound, match="no content"):
        remove()
    written()
    remove()
    with pytest.raises(NotFound, match="no content"):
        remove()


@pytest.mark.parametrize(
    "payload",
    [
        {"reasons": "x", "approved_by": "person:2", "entries": [2]},  # leaves page 1 unnamed
        {"reasons": "x", "approved_by": "person:17", "entries": [1, 2]},  # one person did both
        {"reasons": "x", "approved_by": "person:2", "entries": 1},
        {},
    ],
)
def test_a_removal_that_is_not_lawful_is_found(payload: dict[str, object]) -> None:
    written()
    with guards_off(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET payload = NULL, salt = NULL WHERE seq <= 2")
    with book.writing() as pen:
        pen.append(REF, books.entry(4, kind="shredded", payload=payload))
    assert not verify().is_good


def test_a_removal_in_another_matter_is_no_permission() -> None:
    written()
    books.put("XS-WJ-2025-002", 1)
    with guards_off(connection), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET payload = NULL, salt = NULL WHERE seq IN (1, 3)")
    payload = {"reasons": "x", "approved_by": "person:2", "entries": [1, 3, 99]}
    with book.writing() as pen:
        pen.append("XS-WJ-2025-002", books.entry(2, kind="shredded", payload=payload))
    gone = [f.seq for f in verify().findings if "no page records a lawful removal" in f.say.en]
    assert gone == [1, 3]
