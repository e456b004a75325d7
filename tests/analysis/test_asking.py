"""Why a flag was raised, and what a person does with it: ask, dismiss, settle."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from paizhu.analysis import explaining, flags, sources
from paizhu.analysis.models import Flag, Load
from paizhu.casework import reading
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.registry.models import Person
from tests.analysis.conftest import (
    NOW,
    SPLIT,
    World,
    asked,
    book,
    liaison_of,
    run,
    write_csv,
)

Do = Callable[..., Any]


# --- explaining ---------------------------------------------------------------------------------


def test_a_flag_says_what_it_saw_the_line_and_where_that_comes_from(
    world: World, raised: Flag
) -> None:
    card = explaining.why(raised, now=NOW)
    for language, *days_and_unit in (
        ("zh", "2025年3月3日", "2025年3月14日", "400,000.00 元"),
        ("en", "3 March 2025", "14 March 2025", "400,000.00 CNY"),
    ):
        said = card.sentence.say(language)
        for part in ("市第一医院", "甲公司", "420,000.00", *days_and_unit):
            assert part in said
        assert "{" not in said
    line = card.parameters[0]
    assert (line.value.en, line.since, line.is_example) == ("400,000.00 CNY", "2020-01-01", True)
    assert card.basis[0].article.zh == "第二十八条"
    assert card.population.en == "32 rows, 32 of them judged"
    assert [(row.file, row.sheet, row.row) for row in card.rows] == [
        ("book.xlsx", "台账", 32), ("book.xlsx", "台账", 33)
    ]  # fmt: skip
    assert ("金额", "210,000.00") in [(title.zh, value) for title, value in card.rows[0].cells]
    assert card.rows_gone is None
    assert card.why.zh
    assert card.known_false_alarms


def test_what_only_looks_like_a_day_is_said_as_it_stands(raised: Flag) -> None:
    raised.facts = {**raised.facts, "first_date": "2025-13-01"}
    assert "2025-13-01" in explaining.sentence(raised).zh


def test_the_rows_are_gone_with_their_source(world: World, raised: Flag) -> None:
    after = datetime(2026, 1, 2, 2, 0, tzinfo=UTC)
    for moment in (NOW, after):
        card = explaining.why(raised, now=moment)
        assert (len(card.rows), card.rows_gone is None) == (
            (2, True) if moment == NOW else (0, False)
        )
    sources.withdraw_load(Load.objects.get(), actor=world.officer, reasons="列对错了", now=NOW)
    card = explaining.why(raised, now=NOW)
    assert card.rows == ()
    assert "2 rows can no longer be read" in (card.rows_gone.en if card.rows_gone else "")


def test_a_wide_flag_shows_its_first_rows_and_says_how_many_there_are(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    rows = [[*book(3)[30][:7], f"2025-03-{1 + n % 28:02}", 60_000 + n, "CNY"] for n in range(130)]
    bring_in(write_csv(tmp_path / "1.csv", rows))
    run(world)
    flag = Flag.objects.get()
    card = explaining.why(flag, now=NOW)
    assert (len(card.rows), card.rows_total, card.rows_gone) == (100, 130, None)
    filled = explaining.prefilled(flag, language="en", now=NOW)
    *shown, more = str(filled["rows"]).split("\n")
    assert 80 < len(shown) < 100, "as many rows as the field of the question can hold"
    assert more == f"and {130 - len(shown)} rows more"
    assert explaining.LONGEST_ROWS - 500 < len("\n".join(shown)) <= explaining.LONGEST_ROWS
    assert len(str(filled["seen"])) <= 300


def test_a_flag_outlives_the_measure_that_raised_it(raised: Flag, settings: Any) -> None:
    settings.PAIZHU_PACKS = []
    assert explaining.sentence(raised).zh == raised.subject
    with pytest.raises(NotFound, match="no measure"):
        explaining.why(raised, now=NOW)


def test_no_flag_names_a_person_or_passes_judgment(raised: Flag) -> None:
    guilty = re.compile(
        r"违纪|违法|违规|嫌疑|腐败|guilty|corrupt|offen[cs]e|suspect|violat", re.IGNORECASE
    )
    card = explaining.why(raised, now=NOW)
    said = [
        card.sentence,
        card.why,
        card.asks,
        card.title,
        *card.exclusions,
        *card.known_false_alarms,
    ]
    for text in said:
        assert text is not None
        assert not guilty.search(text.zh + text.en)
    persons = {
        field.name
        for field in Flag._meta.get_fields()
        if getattr(field, "related_model", None) is Person
    }
    assert persons == {"asked_by", "closed_by"}, "only those who decided"


# --- deciding -----------------------------------------------------------------------------------


def test_a_run_opens_nothing_by_itself(raised: Flag) -> None:
    assert not Matter.objects.filter(source__startswith="flag:").exists()
    assert (raised.status, raised.matter) == ("new", "")


def test_a_person_asks_and_the_question_carries_the_rows(world: World, raised: Flag) -> None:
    receipt = asked(world, raised)
    raised.refresh_from_db()
    assert (raised.status, raised.matter, raised.asked_by_id) == (
        "asked", receipt.ref, world.officer.person
    )  # fmt: skip
    card = reading.matter(world.officer, receipt.ref, now=NOW)
    shown = {field.field: field.shown.zh for field in card.fields}
    assert shown["measure"] == "疑似拆分采购"
    assert shown["flag"] == str(raised.pk)
    assert "book.xlsx" in shown["rows"]
    assert "第 32 行" in shown["rows"]
    assert "420,000.00" in shown["amount"]
    with pytest.raises(Conflict):
        asked(world, raised)
    with pytest.raises(Conflict):
        flags.dismiss(raised.pk, reasons="晚了", actor=world.officer, now=NOW)
    assert Matter.objects.filter(source__startswith="flag:").count() == 1


def test_a_question_that_the_door_refuses_leaves_the_flag_as_it_was(
    world: World, raised: Flag
) -> None:
    with pytest.raises(Invalid) as refused:
        asked(world, raised, raw={})
    assert list(refused.value.fields) == ["unit_signs"], (
        "what only a person can say is not filled in"
    )
    with pytest.raises(NotAllowed):
        asked(world, raised, actor=world.leader)
    raised.refresh_from_db()
    assert raised.status == "new"
    assert not Matter.objects.filter(source__startswith="flag:").exists()


def test_dismissing_and_settling_need_reasons_and_the_right_moment(
    world: World, raised: Flag
) -> None:
    with pytest.raises(Invalid):
        flags.dismiss(raised.pk, reasons="  ", actor=world.officer, now=NOW)
    with pytest.raises(Conflict):
        flags.settle(raised.pk, outcome="explained", reasons="有批文", actor=world.officer, now=NOW)
    asked(world, raised)
    with pytest.raises(NotAllowed, match="not the unit asked"):
        flags.settle(
            raised.pk, outcome="explained", reasons="没问题", actor=liaison_of(world), now=NOW
        )
    flags.settle(raised.pk, outcome="explained", reasons="有批文", actor=world.officer, now=NOW)
    raised.refresh_from_db()
    assert (raised.status, raised.reasons, raised.closed_by_id) == (
        "explained", "有批文", world.officer.person
    )  # fmt: skip


def test_the_hit_rate_counts_what_became_of_the_flags(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    rows = book()
    for n in range(4):
        rows += [[*row[:2], f"供{n}", *row[3:]] for row in book(3 + n, 14 + n)[30:]]
    bring_in(write_csv(tmp_path / "1.csv", rows))
    run(world)
    one, two, three, _ = Flag.objects.order_by("pk")
    flags.dismiss(one.pk, reasons="框架协议", actor=world.officer, now=NOW)
    for flag, outcome in ((two, "explained"), (three, "confirmed")):
        asked(world, flag)
        flags.settle(flag.pk, outcome=outcome, reasons="经核", actor=world.officer, now=NOW)  # type: ignore[arg-type]
    rate = flags.hit_rate(SPLIT, who=world.officer, now=NOW)
    assert (rate.raised, rate.waiting, rate.asked, rate.dismissed, rate.explained, rate.confirmed) == (
        4, 1, 2, 1, 1, 1
    )  # fmt: skip
    assert rate.settled == 2
    assert flags.hit_rate(SPLIT, who=world.stranger, now=NOW).raised == 0


@pytest.mark.parametrize(
    "change",
    [
        {"status": "asked"}, {"status": "dismissed"}, {"matter": "WX-1"}, {"reasons": "无名"},
        {"status": "confirmed", "closed_at": NOW, "reasons": "未问先定"},
    ],
)  # fmt: skip
def test_the_database_refuses_a_status_without_who_and_when(
    raised: Flag, change: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=raised.pk).update(**change)
