"""Flags: one for one finding, and who sees them before and after the question."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from paizhu.analysis import explaining, flags
from paizhu.analysis.models import Flag, Run, Source
from paizhu.casework import desk, reading
from paizhu.kernel.errors import NotAllowed, NotFound
from tests.analysis.conftest import (
    HEADERS,
    NOW,
    SPLIT,
    World,
    asked,
    book,
    liaison_of,
    make_source,
    purchase,
    run,
    write_csv,
    write_xlsx,
)

Do = Callable[..., Any]


def seen_by(world: World) -> list[int]:
    return [flags.list_flags(who, now=NOW).total for who in world.everyone]


# --- raising ------------------------------------------------------------------------------------


def test_a_run_is_recorded_with_who_what_and_how_much(world: World, raised: Flag) -> None:
    line = Run.objects.get()
    assert (line.measure, line.outcome, line.rows, line.assessable, line.findings) == (
        SPLIT, "raised", 32, 32, 1
    )  # fmt: skip
    assert line.by_id == world.officer.person
    assert line.sources == ["wj-purchases"]
    assert raised.measure_digest == line.measure_digest
    assert raised.body == world.hospital, "the unit that the rows name"
    assert [set(one) for one in raised.evidence] == [{"load", "row", "line"}] * 2


def test_the_same_finding_stays_one_flag_however_often_it_is_computed(
    world: World, raised: Flag, bring_in: Do, tmp_path: Path
) -> None:
    later = NOW + timedelta(days=1)
    (again,) = run(world, now=later)
    assert (again.new, again.again) == ((), (raised.pk,))
    bring_in(write_xlsx(tmp_path / "grown.xlsx", HEADERS, book(3, 14, extra=9)))
    (reloaded,) = run(world, now=later + timedelta(days=1))
    assert (reloaded.new, reloaded.again) == ((), (raised.pk,))
    flag = Flag.objects.get()
    assert (flag.first_seen, flag.last_seen) == (NOW, later + timedelta(days=1))


def test_an_untouched_flag_grows_and_a_settled_one_is_followed(
    world: World, raised: Flag, bring_in: Do, tmp_path: Path
) -> None:
    bring_in(write_xlsx(tmp_path / "2.xlsx", HEADERS, book(3, 14, 20)))
    assert run(world)[0].again == (raised.pk,)
    assert len(Flag.objects.get().evidence) == 3
    flags.dismiss(raised.pk, reasons="框架协议内分批下单", actor=world.officer, now=NOW)
    assert run(world)[0].again == (raised.pk,)
    assert Flag.objects.get().status == "dismissed", "seeing it again does not reopen it"
    bring_in(write_xlsx(tmp_path / "3.xlsx", HEADERS, book(3, 14, 20, 22)))
    (new,) = run(world)[0].new
    assert Flag.objects.get(pk=new).follows == raised


def test_running_needs_a_usable_source(world: World, source: Source) -> None:
    with pytest.raises(NotAllowed, match="no source"):
        run(world, actor=world.stranger)
    with pytest.raises(NotFound):
        run(world, actor=world.stranger, sources=[source.key])
    with pytest.raises(NotAllowed, match="expired"):
        run(world, sources=[source.key], now=datetime(2026, 2, 1, tzinfo=UTC))
    assert not Run.objects.exists()


def test_too_few_rows_are_an_answer_of_their_own(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(n) for n in range(5)]))
    (result,) = run(world)
    assert result.assessment.outcome == "not_assessable"
    line = Run.objects.get()
    assert (line.outcome, line.findings) == ("not_assessable", 0)
    assert "at least 20" in line.reasons[0]["en"]


def test_sources_of_one_body_are_read_together(
    world: World, source: Source, bring_in: Do, tmp_path: Path
) -> None:
    make_source(world, "wj-second")
    bring_in(write_csv(tmp_path / "1.csv", book(3)))
    bring_in(write_csv(tmp_path / "2.csv", book(14)), source="wj-second")
    (result,) = run(world)
    assert result.sources == ("wj-purchases", "wj-second")
    assert len(result.assessment.found) == 1
    (alone,) = run(world, sources=["wj-second"])
    assert alone.assessment.outcome == "clear"


# --- seeing -------------------------------------------------------------------------------------


def test_before_the_question_only_those_who_supervise_see_a_flag(
    world: World, raised: Flag
) -> None:
    assert seen_by(world) == [1, 1, 1, 0, 0]


def test_after_the_question_only_those_who_may_know_of_the_matter_see_it(
    world: World, raised: Flag
) -> None:
    hospital_liaison = liaison_of(world)
    assert flags.list_flags(hospital_liaison, now=NOW).total == 0
    receipt = asked(world, raised)
    for who in (*world.everyone, hospital_liaison):
        knows = may_know(who, receipt.ref)
        assert (flags.list_flags(who, now=NOW).total == 1) == knows, who.name.en
    assert flags.list_flags(hospital_liaison, now=NOW).total == 1
    assert flags.list_flags(world.liaison, now=NOW).total == 0, "the commission was not asked"


def test_the_unit_is_not_told_what_was_thought_of_its_answer(world: World, raised: Flag) -> None:
    liaison = liaison_of(world)
    asked(world, raised)
    verbs: list[Callable[[], Any]] = [
        lambda: flags.ask(raised.pk, actor=liaison, now=NOW),
        lambda: flags.dismiss(raised.pk, reasons="无", actor=liaison, now=NOW),
        lambda: flags.settle(raised.pk, outcome="explained", reasons="无", actor=liaison, now=NOW),
    ]

    def read() -> tuple[object, ...]:
        refused = []
        for verb in verbs:
            with pytest.raises(NotAllowed) as answer:
                verb()
            refused.append(answer.value.say)
        found = flags.flag_for(liaison, raised.pk, now=NOW)
        card = explaining.why(found, now=NOW, for_unit=True)
        listed = [
            flags.list_flags(liaison, now=NOW, status=status).rows
            for status in ("", *Flag.STATUSES)
        ]
        return refused, card, listed, flags.hit_rate(SPLIT, who=liaison, now=NOW)

    before = read()
    flags.settle(raised.pk, outcome="confirmed", reasons="按线索办理", actor=world.officer, now=NOW)
    assert read() == before
    assert flags.list_flags(world.officer, now=NOW, status="confirmed").total == 1
    assert flags.hit_rate(SPLIT, who=world.officer, now=NOW).confirmed == 1


def may_know(who: Any, ref: str) -> bool:
    try:
        reading.matter(who, ref, now=NOW)
    except NotFound:
        return False
    return True


def test_a_recused_person_sees_the_flag_no_more(world: World, raised: Flag) -> None:
    receipt = asked(world, raised)
    desk.recuse(
        actor=world.officer, ref=receipt.ref, person=world.officer.key, reasons="亲属在该院任职",
        version=receipt.version, now=NOW,
    )  # fmt: skip
    assert seen_by(world)[:2] == [0, 1]
    with pytest.raises(NotFound):
        flags.flag_for(world.officer, raised.pk, now=NOW)
    assert flags.hit_rate(SPLIT, who=world.officer, now=NOW).raised == 0


def test_unknown_and_forbidden_flags_are_one_answer(world: World, raised: Flag) -> None:
    doings: list[Callable[[Any, int], Any]] = [
        lambda who, flag: flags.flag_for(who, flag, now=NOW),
        lambda who, flag: flags.ask(flag, actor=who, now=NOW),
        lambda who, flag: flags.dismiss(flag, reasons="无", actor=who, now=NOW),
        lambda who, flag: flags.settle(flag, outcome="confirmed", reasons="无", actor=who, now=NOW),
    ]
    answers = set()
    for who, flag, do in itertools.product(
        (world.stranger, world.liaison), (raised.pk, raised.pk + 999), doings
    ):
        with pytest.raises(NotFound) as refused:
            do(who, flag)
        answers.add((refused.value.say.zh, refused.value.say.en))
    assert len(answers) == 1
    raised.refresh_from_db()
    assert raised.status == "new"


def test_a_list_is_narrowed_and_counted_within_what_one_may_see(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    rows = book(3, 14) + book(5, 16, unit="市第二医院")[30:] + book(7, 18, unit="某诊所")[30:]
    bring_in(write_csv(tmp_path / "1.csv", rows))
    run(world)
    page = flags.list_flags(world.officer, now=NOW, size=2)
    assert (page.total, page.pages, len(page.rows)) == (3, 2, 2)
    assert len(flags.list_flags(world.officer, now=NOW, size=2, page=2).rows) == 1
    assert flags.list_flags(world.officer, now=NOW, body="YY2").total == 1
    assert flags.list_flags(world.officer, now=NOW, body="WJ").total == 1, (
        "an unknown unit is its holder's"
    )
    assert flags.list_flags(world.officer, now=NOW, status="asked").total == 0
    assert flags.list_flags(world.officer, now=NOW, measure="no_such").total == 0
    with transaction.atomic():
        flags.dismiss(page.rows[0].id, reasons="重复", actor=world.head, now=NOW)
    assert flags.list_flags(world.officer, now=NOW, status="dismissed").total == 1


def test_a_list_of_flags_needs_few_queries_however_many_there_are(
    world: World, bring_in: Do, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    rows = [
        row for n in range(12) for row in book(3, 14)[30:] if row.__setitem__(2, f"供{n}") is None
    ]
    bring_in(write_csv(tmp_path / "1.csv", [*book(), *rows]))
    run(world)
    with django_assert_max_num_queries(6):
        assert flags.list_flags(world.officer, now=NOW).total == 12
