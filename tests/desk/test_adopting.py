"""A newly published year of the calendar moves running clocks, with an entry that says why."""

import re
import shutil
from datetime import date, timedelta

import pytest

from paizhu.casework import rebuilding, rulebook, ticking
from paizhu.casework.models import Matter
from paizhu.ledger import book
from tests import world as worlds
from tests.world import PACKS, inquiry

YEAR = 2026


@pytest.fixture
def pack(tmp_path, settings):
    """Give a copy of the pack whose calendar does not yet know the next year."""
    folder = tmp_path / "spine"
    shutil.copytree(PACKS[0], folder)
    calendar = folder / "calendars" / "cn.yaml"
    text = calendar.read_text(encoding="utf-8")
    before, year = re.split(rf"(?=^  {YEAR}:$)", text, flags=re.MULTILINE)
    calendar.write_text(before, encoding="utf-8")
    settings.PAIZHU_PACKS = [folder]
    rulebook.forget()

    def publish(changed: str = "") -> None:
        calendar.write_text((changed or before) + year, encoding="utf-8")
        rulebook.forget()

    publish.before = before
    yield publish
    rulebook.forget()


@pytest.fixture
def winter(pack, db):
    """Give a world at the end of the last published year."""
    world = worlds.small_world()
    world.today = date(2025, 12, 29)
    return world


def opened(world, **changes):
    return inquiry(world, received_date=str(world.today), **changes).ref


def chip(world, ref):
    (found,) = world.card("keeper", ref).clocks
    return found


def test_a_published_year_makes_dates_firm_with_an_entry_that_says_why(winter, pack):
    ref = opened(winter)
    before = chip(winter, ref)
    assert before.provisional
    pack()
    report = ticking.tick(winter.now(11))
    assert report.adopted == 1
    entry = book.entries_of(ref)[-1]
    assert entry.kind == "rules_changed"
    assert entry.person == "system"
    assert str(YEAR) in str(entry.payload["reasons"])
    after = chip(winter, ref)
    assert not after.provisional
    assert after.due_date != before.due_date
    assert entry.payload["clocks"] == [
        {"clock": "take_in", "run": 1, "was": str(before.due_date), "is": str(after.due_date)}
    ]
    assert rebuilding.check().differences == ()
    assert ticking.tick(winter.now(12)).adopted == 0


def test_a_clock_whose_day_does_not_move_is_not_named(winter, pack):
    winter.today = date(2025, 12, 8)
    ref = opened(winter)
    pack()
    ticking.tick(winter.now(11))
    assert book.entries_of(ref)[-1].payload["clocks"] == []


def test_a_closed_matter_keeps_the_calendar_it_ended_under(winter, pack):
    ref = inquiry(winter, "closed", received_date=str(winter.today)).ref
    rules = Matter.objects.get(ref=ref).rules
    pack()
    assert ticking.tick(winter.now(11)).adopted == 0
    assert Matter.objects.get(ref=ref).rules == rules
    assert winter.card("head", ref).final


def test_a_changed_published_year_is_a_correction_and_not_taken_over(winter, pack):
    ref = opened(winter)
    holiday = re.findall(r"^      2025-10-01: .*\n", pack.before, flags=re.MULTILINE)[0]
    pack(pack.before.replace(holiday, ""))
    assert ticking.tick(winter.now(11)).adopted == 0
    assert chip(winter, ref).provisional


def test_without_a_newer_calendar_nothing_is_taken_over(winter, pack):
    ref = opened(winter)
    assert ticking.tick(winter.now(11)).adopted == 0
    winter.today += timedelta(days=1)
    assert ticking.tick(winter.now()).adopted == 0
    assert not [e for e in book.entries_of(ref) if e.kind == "rules_changed"]
