"""Who read what is noted, and each day is closed once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection

from paizhu.kernel.errors import Invalid
from paizhu.ledger import book, reads
from paizhu.ledger.verify import verify
from tests.unit.ledger.books import START

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 3)
TOMORROW = START + timedelta(days=1)


def read(person: str = "person:1", hours: int = 0) -> None:
    reads.record(
        person=person, ref="XS-WJ-2025-001", what="matter", at=START + timedelta(hours=hours)
    )


def test_a_day_is_sealed_once_with_its_count_and_digest() -> None:
    read()
    read("person:2")
    page = reads.seal(DAY, now=TOMORROW)
    assert page is not None
    (line,) = book.iter_all()
    assert line.entry.payload is not None
    assert line.entry.payload["lines"] == 2
    assert line.entry.payload["day"] == "2025-03-03"
    assert line.entry.day == DAY
    assert reads.seal(DAY, now=TOMORROW) is None
    assert verify().findings == ()


def test_a_day_without_lines_can_be_sealed_and_then_stays_empty() -> None:
    assert reads.seal(DAY, now=TOMORROW) is not None
    with pytest.raises(IntegrityError):
        read()


def test_a_day_is_not_sealed_before_a_quarter_past_midnight() -> None:
    midnight = START.replace(hour=16)
    for now in (START, midnight, midnight + timedelta(minutes=14)):
        with pytest.raises(Invalid, match="quarter"):
            reads.seal(DAY, now=now)
    assert reads.seal(DAY, now=midnight + timedelta(minutes=15)) is not None


def test_every_day_that_is_over_is_sealed_and_no_other() -> None:
    for days in (0, 1, 3):
        read(hours=24 * days)
    assert len(reads.seal_finished(now=START + timedelta(days=3))) == 2
    assert reads.seal_finished(now=START + timedelta(days=3)) == []
    assert len(reads.seal_finished(now=START + timedelta(days=4))) == 1
    assert verify().findings == ()


def test_many_lines_are_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        read()
    whole = reads.of_day("2025-03-03", "sha256")
    monkeypatch.setattr(book, "CHUNK", 2)
    assert reads.of_day("2025-03-03", "sha256") == whole
    monkeypatch.setattr(book, "CHUNK", 5)
    assert reads.of_day("2025-03-03", "sha256") == whole


def test_a_day_is_that_of_the_place() -> None:
    read(hours=16)
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM ledger_readline")
        assert cursor.fetchall() == [("2025-03-04",)]
