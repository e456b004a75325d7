"""Odd corners of verification: what is appended meanwhile, what only seems a page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from paizhu.ledger import book, quick, ranges, verify, walk
from paizhu.ledger.apps import LedgerConfig
from tests.plugins.owner import constraints_off, guards_off
from tests.unit.ledger import books
from tests.unit.ledger.test_tampering import as_owner, rewrite, sql

pytestmark = pytest.mark.django_db


def test_what_is_appended_meanwhile_is_read_as_well(
    whole_book: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = verify._rows
    late = [books.START + timedelta(days=9)]

    def rows(query: str, *parameters: int) -> list[Any]:
        if "head.seq" in query and late:
            books.put("XS-WJ-2025-009", 1, late.pop())
        return plain(query, *parameters)

    monkeypatch.setattr(verify, "_rows", rows)
    report = verify.verify()
    assert (report.pages, report.findings) == (21, ())
    assert report.digest == book.last().digest


def test_a_book_of_several_parts_holds(whole_book: None, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = verify.verify()
    for size in (1, 2, 3, 7):
        monkeypatch.setattr(ranges, "CHUNK", size)
        assert verify.verify() == whole


def test_looking_closely_finds_nothing_where_the_quick_question_finds_nothing(
    whole_book: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = verify.verify()
    monkeypatch.setattr(quick, "all_hold", lambda walk, rows: False)
    assert verify.verify() == whole


def test_a_quotation_mark_in_a_name_is_no_trouble() -> None:
    books.keep_rules()
    with book.writing() as pen:
        pen.append("A", books.entry(1, name='张"三\\'))
        pen.append("B", books.entry(1, name="李四"))
    assert verify.verify().findings == ()


def test_so_many_findings_and_no_more(whole_book: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MOST_FINDINGS", 3)
    with as_owner():
        sql("UPDATE ledger_entry SET salt = 'x' WHERE salt IS NOT NULL")
        assert len(verify.verify().findings) == 3


def test_a_garbled_checkpoint_page_is_found_even_when_all_is_computed_anew(
    whole_book: None,
) -> None:
    with as_owner():
        rewrite({"T15:00:00.000000": "T15:00:00.00000a"}, first=16)
        assert [f.seq for f in verify.verify().findings if "cannot be read" in f.say.en] == [16]


def test_a_line_of_a_matter_cannot_pass_for_one_about_the_book(whole_book: None) -> None:
    for matter in (None, ""):
        with as_owner():
            sql("UPDATE ledger_entry SET matter = %s, version = 0 WHERE seq = 1", matter)
            assert {"entry.matter", "entry.version"} <= {f.where for f in verify.verify().findings}


def test_a_line_about_the_book_cannot_pass_for_one_of_a_matter(whole_book: None) -> None:
    with as_owner():
        rewrite({'"matter":""': '"matter":"XS-WJ-2025-001"'}, first=16)
        assert (16, "entry.matter") in [(f.seq, f.where) for f in verify.verify().findings]


@pytest.mark.parametrize("at_once", [200, 1])
def test_pages_of_mixed_zones_are_looked_at_closely_and_hold(
    settings: Any, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(ranges, "PART", at_once)
    books.keep_rules()
    books.put("A", 1)
    settings.TIME_ZONE = "Europe/Berlin"
    books.put("A", 2)
    assert verify.verify().findings == ()


def test_a_header_of_two_lines_is_found_even_when_all_is_computed_anew(whole_book: None) -> None:
    with as_owner():
        rewrite({'","at":"': '\n","at":"'}, first=7)
        assert "entry.header" in [f.where for f in verify.verify().findings]


def test_a_page_about_the_book_belongs_to_no_matter_not_even_one_without_a_name(
    whole_book: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_once in (200, 1):
        monkeypatch.setattr(ranges, "PART", at_once)
        with as_owner():
            sql("UPDATE ledger_entry SET matter = '' WHERE seq = 16")
            assert (16, "entry.matter") in [(f.seq, f.where) for f in verify.verify().findings]


def test_a_page_about_the_book_has_no_version_even_when_all_is_computed_anew(
    whole_book: None,
) -> None:
    with as_owner():
        rewrite({'"version":0': '"version":3'}, first=16)
        sql("UPDATE ledger_entry SET version = 3 WHERE seq = 16")
        assert (16, "entry.version") in [(f.seq, f.where) for f in verify.verify().findings]


def test_a_second_process_without_its_tables_leaves_every_page_to_the_first(tmp_path: Path) -> None:
    place = {"dbname": "none", "host": str(tmp_path)}
    later = ranges.second("postgresql", place, ranges.WORTH)
    assert later is not None
    assert not later.joins(walk.Walk())
    later.leave()


def test_an_empty_book_is_good_and_a_head_without_pages_is_not() -> None:
    assert verify.verify() == verify.Report(0, "", ())
    books.put("A", 1)
    with guards_off(connection):
        constraints_off(connection) if connection.vendor == "postgresql" else None
        sql("DELETE FROM ledger_entry")
    assert [f.where for f in verify.verify().findings] == ["head.seq"]


def test_a_hash_this_python_cannot_compute_stops_the_start(settings: Any) -> None:
    config = apps.get_app_config("ledger")
    settings.PAIZHU_HASH = "whirlpool"
    with pytest.raises(ImproperlyConfigured, match="whirlpool"):
        config.ready()
    settings.PAIZHU_HASH = "sm3"
    config.ready()
    assert LedgerConfig.hash_name == "sm3"
    settings.PAIZHU_HASH = "sha256"
    config.ready()
