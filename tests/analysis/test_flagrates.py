"""How a measure does: hits with their interval, share flagged, age, load, and the warnings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from paizhu.analysis import flagrates, flags, measures, triage
from paizhu.analysis.flagrates import rates_of, share
from paizhu.analysis.flags import HitRate
from paizhu.analysis.models import Flag
from paizhu.analysis.watching import Watching
from paizhu.casework.models import Matter
from paizhu.kernel.text import Text
from tests.analysis.conftest import HEADERS, NOW, SPLIT, World, asked, book, run, write_xlsx

Do = Callable[..., Any]
#: Words that would say that somebody did wrong; a flag asks and says no such thing.
GUILT = re.compile(
    r"违法|违纪|犯罪|受贿|贪污|腐败|嫌疑|舞弊|勾结|guilt|corrupt|crime|criminal|bribe|fraud|suspect|culprit", re.I
)  # fmt: skip


def warned(**changes: Any) -> list[str]:
    """Give the warnings of a measure of which only what is named is odd."""
    rate = HitRate(
        SPLIT, Text("", ""), 0, 0, 0, 0, changes.pop("explained", 0), changes.pop("confirmed", 0)
    )
    given = {"flagged": share(0, 100), "quiet": False, **changes}
    hits = share(rate.confirmed, rate.settled)
    return [
        say.en.split(":")[0]
        for say in flagrates.warnings(Watching(), rate=rate, hits=hits, **given)
    ]


def test_a_measure_that_flags_too_many_rows_or_none_at_all_is_warned_of() -> None:
    assert warned() == []
    assert warned(flagged=share(11, 100)) == ["It fires too often"]
    assert warned(flagged=share(10, 100)) == []
    assert warned(quiet=True) == ["It never fires"]


def test_few_hits_are_warned_of_only_when_chance_does_not_explain_them() -> None:
    assert warned(explained=19) == []
    assert warned(explained=30) == [], "none of 30 may still be one in ten"
    assert warned(explained=200) == ["It hits too rarely"]
    assert warned(explained=190, confirmed=10) == []


def test_the_interval_is_that_of_wilson() -> None:
    half = share(5, 10)
    assert (round(half.low, 3), round(half.high, 3)) == (Decimal("0.237"), Decimal("0.763"))
    assert share(0, 0).percent == share(0, 0).interval == "–"
    assert share(1, 3).percent == "33.3 %"
    assert (share(0, 9).percent, share(1, 9000).percent) == ("0 %", "< 0.1 %")


def test_hit_rate_and_share_flagged_change_with_what_people_find(
    world: World, raised: Flag
) -> None:
    before = rates_of(SPLIT, who=world.officer, now=NOW)
    assert (before.hits.whole, before.rate.waiting, before.runs) == (0, 1, 1)
    assert (before.flagged.part, before.flagged.whole) == (2, 32)
    asked(world, raised)
    flags.settle(raised.pk, outcome="confirmed", reasons="经核属实", actor=world.officer, now=NOW)
    after = rates_of(SPLIT, who=world.officer, now=NOW)
    assert (after.hits.part, after.hits.whole, after.rate.waiting) == (1, 1, 0)


def test_age_counts_from_the_first_sight_and_old_by_what_is_declared(
    world: World, raised: Flag
) -> None:
    run(world, now=NOW + timedelta(days=20))
    found = rates_of(SPLIT, who=world.officer, now=NOW + timedelta(days=31))
    assert (found.oldest_days, found.median_days, found.old) == (31, 31, 1)


def test_load_names_the_members_of_the_own_team_by_name_and_counts_open_signals(
    world: World, raised: Flag
) -> None:
    asked(world, raised)
    found = rates_of(SPLIT, who=world.head, now=NOW)
    assert [(load.name.en, load.asked) for load in found.loads] == [
        ("Test PZ head", 0), ("Test PZ officer", 1)
    ]  # fmt: skip
    assert found.waiting_per_member == "0.0"
    assert {field.name for field in fields(flagrates.Load)} == {"name", "asked"}, "no score"
    for other in (world.leader, world.stranger, world.liaison):
        names = [load.name.en for load in rates_of(SPLIT, who=other, now=NOW).loads]
        assert not any("PZ" in name.split() for name in names)


def test_second_looks_are_counted_by_what_they_found(world: World, raised: Flag) -> None:
    reasons = "框架协议"
    flags.dismiss(
        raised.pk, reasons=reasons, actor=world.officer, now=NOW, draw=lambda _: Decimal(0)
    )
    assert rates_of(SPLIT, who=world.head, now=NOW).looks == flagrates.Looks(1, 1, 0, 0)
    triage.look_again(raised.pk, outcome="reopened", reasons="不在内", actor=world.head, now=NOW)
    assert rates_of(SPLIT, who=world.head, now=NOW).looks == flagrates.Looks(1, 0, 0, 1)


def test_a_measure_that_stays_quiet_over_many_rows_is_warned_of(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    bring_in(write_xlsx(tmp_path / "clean.xlsx", HEADERS, book(extra=1100)))
    for day in range(5):
        run(world, now=NOW + timedelta(days=day))
    assert rates_of(SPLIT, who=world.officer, now=NOW).warnings == ()
    run(world, now=NOW + timedelta(days=6))
    (warning,) = rates_of(SPLIT, who=world.officer, now=NOW).warnings
    assert warning.en.startswith("It never fires")


def test_others_count_nothing(world: World, raised: Flag) -> None:
    found = rates_of(SPLIT, who=world.stranger, now=NOW)
    assert (found.rate.raised, found.runs, found.flagged.whole) == (0, 0, 0)


# --- refusals -----------------------------------------------------------------------------------


def test_triage_from_run_to_second_look_opens_no_clue(world: World, raised: Flag) -> None:
    opened = set(Matter.objects.values_list("procedure", flat=True))
    flags.dismiss(
        raised.pk, reasons="协议", actor=world.officer, now=NOW, draw=lambda _: Decimal(0)
    )
    triage.look_again(raised.pk, outcome="reopened", reasons="不在内", actor=world.head, now=NOW)
    asked(world, raised)
    flags.settle(raised.pk, outcome="confirmed", reasons="属实", actor=world.officer, now=NOW)
    assert set(Matter.objects.values_list("procedure", flat=True)) - opened == {"question"}


def test_no_declared_flag_calls_anybody_guilty() -> None:
    for one in measures.measures().values():
        spec = one.spec
        texts = [
            spec.title,
            spec.why,
            *spec.exclusions,
            *spec.known_false_alarms,
            spec.asks,
            spec.says,
        ]
        for text in (text for text in texts if text is not None):
            assert not GUILT.search(f"{text.zh} {text.en}"), (one.name, text)
