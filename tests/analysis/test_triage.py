"""Triage: merging, leaving with a second look, and repeats that stay quiet until facts change."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from paizhu.analysis import explaining, flags, triage
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import check_measures
from paizhu.analysis.models import Flag, FlagStep, SecondLook
from paizhu.analysis.sampling import draw_second_look, fair
from paizhu.analysis.watching import Watching, load_watching, watching_of
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from paizhu.ledger import book as book_of
from paizhu.rules.mistakes import PackErrors
from tests.analysis.conftest import (
    HEADERS,
    NOW,
    SPLIT,
    World,
    asked,
    book,
    liaison_of,
    run,
    write_csv,
    write_xlsx,
)

Do = Callable[..., Any]


def always(_: Flag) -> Decimal:
    return Decimal(0)


def never(_: Flag) -> Decimal:
    return Decimal("0.9999")


def dismissed(world: World, flag: Flag, draw: Any = always) -> Flag:
    flags.dismiss(flag.pk, reasons="框架协议内分批下单", actor=world.officer, now=NOW, draw=draw)
    flag.refresh_from_db()
    return flag


@pytest.fixture
def two(world: World, bring_in: Do, tmp_path: Path) -> tuple[Flag, Flag]:
    """Two flags on the same unit and supplier, of months that are far apart."""
    rows = book(3, 14)
    rows += [
        [*row[:7], f"2025-06-{day:02}", 210_000, "CNY"]
        for row, day in zip([[f"HT-N{n}", *rows[-1][1:]] for n in (1, 2)], (10, 20), strict=True)
    ]
    bring_in(write_csv(tmp_path / "two.csv", rows))
    run(world)
    one, other = Flag.objects.order_by("pk")
    return one, other


# --- together -----------------------------------------------------------------------------------


def test_flags_on_the_same_supplier_of_a_unit_are_shown_together(
    world: World, two: tuple[Flag, Flag]
) -> None:
    (found,) = triage.related(two[0], who=world.officer, now=NOW)
    assert found.id == two[1].pk
    assert "the same supplier" in [because.en for because in found.because] or found.because[0].zh
    assert triage.related(two[0], who=world.stranger, now=NOW) == ()


def test_flags_that_share_nothing_are_not_related(world: World, two: tuple[Flag, Flag]) -> None:
    two[1].subject, two[1].facts = "乙公司", {}
    assert triage.in_common(*two) == ()
    two[1].evidence = two[0].evidence
    assert [say.en for say in triage.in_common(*two)] == ["rows in common"]


def test_a_merged_flag_goes_the_way_of_the_one_it_was_put_to(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two
    triage.merge(other.pk, into=lead.pk, reasons="同一批采购", actor=world.officer, now=NOW)
    other.refresh_from_db()
    assert (other.status, other.merged_into) == ("merged", lead)
    assert flags.list_flags(world.officer, now=NOW, status="new").total == 1
    assert flags.hit_rate(SPLIT, who=world.officer, now=NOW).waiting == 2
    asked(world, lead)
    flags.settle(lead.pk, outcome="confirmed", reasons="属实", actor=world.officer, now=NOW)
    assert flags.hit_rate(SPLIT, who=world.officer, now=NOW).confirmed == 2


def test_a_merged_flag_is_hidden_from_whom_the_question_is_hidden(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two
    triage.merge(other.pk, into=lead.pk, reasons="同一批采购", actor=world.officer, now=NOW)
    liaison = liaison_of(world)
    assert not flags.flags_visible_to(liaison, now=NOW).exists()
    matter = asked(world, lead).ref
    assert flags.flags_visible_to(liaison, now=NOW).count() == 2
    assert flags.flags_visible_to(world.stranger, now=NOW).count() == 0
    Flag.objects.filter(pk=lead.pk).update(matter=f"{matter}-9")
    assert not flags.flags_visible_to(world.officer, now=NOW).exists()


def test_what_was_put_to_a_flag_follows_it_when_it_is_merged_itself(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two
    third = Flag.objects.get(pk=other.pk)
    third.pk, third.key = None, "third"
    third.save()
    triage.merge(other.pk, into=lead.pk, reasons="同一事", actor=world.officer, now=NOW)
    triage.merge(lead.pk, into=third.pk, reasons="同一事", actor=world.officer, now=NOW)
    assert set(Flag.objects.filter(merged_into=third)) == {lead, other}


def test_only_an_open_flag_of_the_same_unit_takes_others(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two

    def merge(flag: int, into: int, reasons: str = "同一事", who: Any = None) -> None:
        triage.merge(flag, into=into, reasons=reasons, actor=who or world.officer, now=NOW)

    for wrong in (lambda: merge(lead.pk, lead.pk), lambda: merge(other.pk, lead.pk, " ")):
        with pytest.raises(Invalid):
            wrong()
    with pytest.raises(NotFound):
        merge(other.pk, lead.pk, who=world.stranger)
    dismissed(world, lead)
    for flag, into in ((other.pk, lead.pk), (lead.pk, other.pk)):
        with pytest.raises(Conflict):
            merge(flag, into)
    Flag.objects.filter(pk=lead.pk).update(body=world.other_hospital)
    with pytest.raises(Invalid):
        merge(other.pk, lead.pk)


# --- the rows of what was put together ----------------------------------------------------------


def rows_asked(world: World, flag: Flag) -> str:
    return str(explaining.prefilled(flag, language="en", now=NOW)["rows"])


def test_the_question_names_the_rows_of_what_was_put_to_its_flag(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two
    alone = rows_asked(world, lead)
    assert "HT-N1" not in alone
    other.evidence = [*other.evidence, *lead.evidence]
    other.save()
    triage.merge(other.pk, into=lead.pk, reasons="同一批采购", actor=world.officer, now=NOW)
    ref = asked(world, lead).ref
    question = book_of.entries_of(ref)[0].payload
    assert question is not None
    values = question["values"]
    assert isinstance(values, dict)
    rows = str(values["rows"])
    for number in ("HT-N1", "HT-N2", "HT-00903", "HT-00914"):
        assert rows.count(number) == 1, number
    assert rows.count("疑似拆分采购") == 2, "each flag is named above its rows"
    lead.refresh_from_db()
    assert triage.put_later(lead) == ()


def test_what_is_put_to_it_after_it_was_asked_is_not_in_the_question_and_this_is_said(
    world: World, two: tuple[Flag, Flag]
) -> None:
    lead, other = two
    assert triage.put_later(lead) == ()
    asked(world, lead)
    later = NOW + timedelta(hours=1)
    triage.merge(other.pk, into=lead.pk, reasons="同一批采购", actor=world.officer, now=later)
    lead.refresh_from_db()
    assert triage.put_later(lead) == (other.pk,)


def test_rows_that_do_not_fit_into_a_question_are_counted(
    world: World, two: tuple[Flag, Flag], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows_asked(world, two[0])
    monkeypatch.setattr(explaining, "LONGEST_ROWS", len(whole) - 1)
    cut = rows_asked(world, two[0])
    assert cut.splitlines() == [whole.splitlines()[0], "and 1 row more"]


def test_what_was_declared_to_superiors_is_not_read_by_the_unit_that_is_asked(
    world: World, two: tuple[Flag, Flag], settings: Any, tmp_path: Path
) -> None:
    kept = {name for name, table in tables().items() if not table.unit_reads}
    assert kept == {"relatives", "outside_posts"}
    pack = tmp_path / "cn-discipline"
    shutil.copytree(settings.PAIZHU_PACKS[0], pack)
    file = pack / "tables" / "purchases.yaml"
    file.write_text(
        file.read_text("utf-8").replace("columns:\n", "unit_reads: false\ncolumns:\n", 1), "utf-8"
    )
    settings.PAIZHU_PACKS = [pack]
    flag = two[0]
    assert rows_asked(world, flag) == "and 2 rows more"
    of_unit = explaining.why(flag, now=NOW, for_unit=True)
    assert of_unit.rows == ()
    assert of_unit.rows_gone is not None
    assert "not shown to the unit" in of_unit.rows_gone.en
    assert len(explaining.why(flag, now=NOW).rows) == 2
    assert triage.supervises(flag, world.officer, NOW)
    assert not triage.supervises(flag, liaison_of(world), NOW)


# --- the second look ----------------------------------------------------------------------------


def test_another_person_looks_at_a_drawn_flag_and_upholds_it(world: World, raised: Flag) -> None:
    dismissed(world, raised)
    assert triage.waiting_looks(world.officer, now=NOW) == ()
    (waiting,) = triage.waiting_looks(world.head, now=NOW)
    assert (waiting.flag, waiting.reasons) == (raised.pk, "框架协议内分批下单")
    assert triage.look_waits(raised, who=world.head)
    assert not triage.look_waits(raised, who=world.officer)
    triage.look_again(raised.pk, outcome="upheld", reasons="协议已核", actor=world.head, now=NOW)
    look = SecondLook.objects.get()
    assert (look.looked_by_id, look.outcome, look.reasons) == (
        world.head.person, "upheld", "协议已核"
    )  # fmt: skip
    assert Flag.objects.get().status == "dismissed"
    assert triage.waiting_looks(world.head, now=NOW) == ()


def test_a_second_look_that_disagrees_opens_the_flag_again(world: World, raised: Flag) -> None:
    dismissed(world, raised)
    triage.look_again(
        raised.pk, outcome="reopened", reasons="协议不含此项", actor=world.head, now=NOW
    )
    flag = Flag.objects.get()
    assert (flag.status, flag.closed_by, flag.reasons) == ("new", None, "")
    steps = triage.history(flag, who=world.officer, now=NOW)
    assert [(step.kind, step.reasons) for step in steps] == [
        ("dismissed", "框架协议内分批下单"), ("reopened", "协议不含此项")
    ]  # fmt: skip
    dismissed(world, flag)
    assert SecondLook.objects.count() == 2, "left again, drawn again"


def test_a_second_look_is_never_given_by_who_left_the_flag(world: World, raised: Flag) -> None:
    dismissed(world, raised)

    def look(who: Any, reasons: str = "看过") -> None:
        triage.look_again(raised.pk, outcome="upheld", reasons=reasons, actor=who, now=NOW)

    with pytest.raises(NotAllowed):
        look(world.officer)
    with pytest.raises(NotFound):
        look(world.stranger)
    with pytest.raises(Invalid):
        look(world.head, " ")
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.update(
            looked_by=world.officer.person, looked_at=NOW, outcome="upheld", reasons="自看"
        )


def test_a_flag_that_was_not_drawn_waits_for_nobody(world: World, raised: Flag) -> None:
    dismissed(world, raised, never)
    assert not SecondLook.objects.exists()
    with pytest.raises(NotFound):
        triage.look_again(raised.pk, outcome="upheld", reasons="看过", actor=world.head, now=NOW)


def test_the_draw_is_even_and_hangs_on_the_secret(
    world: World, raised: Flag, settings: Any
) -> None:
    flag = dismissed(world, raised, never)
    drawn = []
    for number in range(2000):
        flag.key = f"sha256:{number}"
        drawn.append(fair(flag))
    assert all(0 <= one < 1 for one in drawn)
    assert 300 < sum(one < Decimal("0.2") for one in drawn) < 500
    settings.SECRET_KEY = "another secret"
    assert fair(flag) != drawn[-1]


def test_the_history_is_for_those_who_supervise(world: World, raised: Flag) -> None:
    asked(world, raised)
    raised.refresh_from_db()
    assert [step.kind for step in triage.history(raised, who=world.head, now=NOW)] == ["asked"]
    assert triage.history(raised, who=liaison_of(world), now=NOW) == ()
    assert FlagStep.objects.get().by_id == world.officer.person


# --- repeats ------------------------------------------------------------------------------------


def test_an_accepted_explanation_keeps_repeats_quiet_until_the_rows_differ(
    world: World, raised: Flag, bring_in: Do, tmp_path: Path
) -> None:
    asked(world, raised)
    flags.settle(raised.pk, outcome="explained", reasons="有批文", actor=world.officer, now=NOW)
    (again,) = run(world, now=NOW + timedelta(days=1))
    assert (again.new, again.again) == ((), (raised.pk,))
    assert flags.list_flags(world.officer, now=NOW, status="new").total == 0
    bring_in(write_xlsx(tmp_path / "changed.xlsx", HEADERS, book(3, 14, 20)))
    (changed,) = run(world, now=NOW + timedelta(days=2))
    (new,) = changed.new
    assert Flag.objects.get(pk=new).follows_id == raised.pk


# --- what is declared ---------------------------------------------------------------------------


def test_the_declared_shares_hold_for_all_and_for_single_measures(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "measures", tmp_path / "b" / "measures"
    for folder in (first, second):
        folder.mkdir(parents=True)
    (first / "watching.yaml").write_text(
        "second_look: 0.3\nold_days: 10\nmeasures:\n  x: {second_look: 1}\n", "utf-8"
    )
    (second / "watching.yaml").write_text("old_days: 20\n", "utf-8")
    general, single = load_watching([tmp_path / "a", tmp_path / "b", tmp_path])
    assert general == Watching(second_look=Decimal("0.3"), old_days=20)
    assert single["x"][0].second_look == 1
    (second / "watching.yaml").write_text("second_look: 2\n", "utf-8")
    with pytest.raises(PackErrors):
        load_watching([tmp_path / "b"])
    (mistake,) = check_measures([tmp_path / "b"])
    assert mistake.key == "second_look"


def test_the_pack_looks_again_at_every_unapproved_query_left() -> None:
    assert watching_of("unapproved_doctor_query").second_look == 1
    assert watching_of(SPLIT).second_look == Decimal("0.2")


def test_nothing_is_drawn_before_somebody_left_it(world: World, raised: Flag) -> None:
    draw_second_look(raised, now=NOW, draw=always)
    assert not SecondLook.objects.exists()
