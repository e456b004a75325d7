"""An institution's own value: asked for, approved by another, in force on its days, told on pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import explaining, ownvalues, valuecards
from paizhu.analysis.measures import measure_named
from paizhu.analysis.models import Flag, Run
from paizhu.analysis.overrides import Act, pieces
from paizhu.casework import desk, rulebook
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.ledger import book as ledger
from paizhu.registry.models import Tie
from paizhu.registry.principals import Who
from paizhu.rules.load import load
from paizhu.rules.mistakes import PackErrors
from tests.analysis.conftest import HEADERS, NOW, SPLIT, World, book, run, write_csv, write_xlsx
from tests.analysis.test_large import ROOT

Do = Callable[..., Any]
TODAY = NOW.date()
LINE = {"body": "WJ", "parameter": "tender_line", "value": "500000", "from_date": "2025-01-01", "reasons": "省级标准"}  # fmt: skip


def ask(world: World, who: Who | None = None, **changes: str) -> str:
    return ownvalues.ask(SPLIT, {**LINE, **changes}, actor=who or world.officer, now=NOW)


def act(world: World, ref: str, who: Who, action: str, **raw: str) -> None:
    matter = Matter.objects.get(ref=ref)
    desk.act(actor=who, ref=ref, action=action, raw=raw, version=matter.version, now=NOW)


def in_force(world: World, **changes: str) -> str:
    ref = ask(world, **changes)
    ownvalues.approve(ref, actor=world.head, now=NOW)
    return ref


def end(world: World, ref: str, until: str) -> None:
    act(world, ref, world.officer, "end", until_date=until, end_reasons="标准已修订")
    entries = enumerate(ledger.entries_of(ref), start=1)
    (proposal,) = (number for number, entry in entries if entry.kind == "proposed")
    version = Matter.objects.get(ref=ref).version
    desk.approve(actor=world.head, ref=ref, proposal=proposal, version=version, now=NOW)


def line_of(world: World, on: date = TODAY, body: int | None = None) -> Decimal | None:
    loaded, _ = ownvalues.in_force(measure_named(SPLIT), body or world.commission.pk, on=on)
    return loaded.spec.parameters["tender_line"].value.at(on)


# --- asked for and approved ---------------------------------------------------------------------


def test_asking_has_no_effect_and_nobody_approves_their_own(world: World) -> None:
    ref = ask(world)
    assert line_of(world) == 400_000
    with pytest.raises(NotAllowed):
        act(world, ref, world.officer, "allow")
    act(world, ref, world.head, "allow")
    assert line_of(world) == 500_000
    own = ask(world, world.head, value="600000")
    with pytest.raises(NotAllowed):
        act(world, own, world.head, "allow")
    assert line_of(world) == 500_000


def test_refused_or_taken_back_it_has_no_effect(world: World) -> None:
    act(world, ask(world), world.head, "refuse", refusal="理由不足")
    act(world, ask(world), world.officer, "give_up")
    assert line_of(world) == 400_000
    assert valuecards.value_cards(measure_named(SPLIT), world.officer, now=NOW) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"value": "9999"}, "value"), ({"value": "lots"}, "value"), ({"value": "NaN"}, "value"),
     ({"value": ""}, "value"), ({"parameter": "days", "value": "60"}, "parameter"),
     ({"parameter": "no_such"}, "parameter"), ({"from_date": "soon"}, "from_date"),
     ({"reasons": ""}, "reasons")],
)  # fmt: skip
def test_what_the_measure_does_not_allow_is_refused_by_field(
    world: World, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(world, **changes)
    assert set(refused.value.fields) == {field}
    assert not Matter.objects.exists()


def test_only_for_units_within_reach_and_by_posts_that_may(world: World) -> None:
    for who, changes in (
        (world.officer, {"body": "JY"}), (world.stranger, {}), (world.liaison, {}),
        (world.officer, {"body": "nobody"}),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            ask(world, who, **changes)
    with pytest.raises(NotFound):
        ownvalues.ask("no_such", LINE, actor=world.officer, now=NOW)
    with pytest.raises(NotAllowed, match="officer of the team"):
        ask(world, world.leader)
    assert not ownvalues.may_ask(world.leader, now=NOW)
    assert ownvalues.may_ask(world.officer, now=NOW)


# --- by which value a run judges ----------------------------------------------------------------


def test_a_run_judges_by_it_and_the_flag_says_by_whose_act(
    world: World, bring_in: Do, tmp_path: Path
) -> None:
    """Two purchases of 210 000: together above 400 000, and below 500 000."""
    bring_in(write_xlsx(tmp_path / "book.xlsx", HEADERS, book(3, 14)))
    stricter = in_force(world)
    run(world)
    assert not Flag.objects.exists()
    end(world, stricter, "2025-02-28")
    ref = in_force(world, value="410000", from_date="2025-03-01")
    run(world)
    flag = Flag.objects.get()
    used = flag.parameters["tender_line"]
    assert used == [["2020-01-01", "400000"], ["2025-01-01", "500000", stricter], ["2025-03-01", "410000", ref]]  # fmt: skip
    assert "410,000.00" in explaining.sentence(flag).en
    card = explaining.why(flag, now=NOW, known=valuecards.known_acts_of(flag, world.officer))
    own = [one for one in card.parameters if one.is_own]
    assert [(one.act, one.packs_say and one.packs_say.en) for one in own] == [
        (stricter, "400,000.00 CNY"), (ref, "400,000.00 CNY"),
    ]  # fmt: skip
    assert not any(one.is_example for one in own)
    assert valuecards.known_acts_of(flag, world.stranger) == frozenset()
    hidden = explaining.why(flag, now=NOW)
    assert [(one.is_own, one.act) for one in hidden.parameters if one.is_own] == [(True, "")] * 2


def test_the_digest_says_by_which_values(world: World, bring_in: Do, tmp_path: Path) -> None:
    bring_in(write_csv(tmp_path / "1.csv", book(3, 14)))
    run(world)
    in_force(world)
    run(world)
    after, before = Run.objects.values_list("measure_digest", "sql_digest")
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_it_holds_on_its_days_only(world: World) -> None:
    ref = in_force(world, from_date="2025-03-01")
    days = [date(2025, 2, 28), date(2025, 3, 1), date(2030, 1, 1)]
    assert [line_of(world, day) for day in days] == [400_000, 500_000, 500_000]
    end(world, ref, "2025-06-30")
    days = [date(2025, 6, 30), date(2025, 7, 1)]
    assert [line_of(world, day) for day in days] == [500_000, 400_000]


def test_a_later_act_replaces_an_earlier_from_its_day(world: World) -> None:
    in_force(world, from_date="2025-01-01")
    in_force(world, from_date="2025-05-01", value="600000")
    in_force(world, from_date="2025-05-01", value="700000")
    days = [date(2025, 4, 30), date(2025, 5, 1)]
    assert [line_of(world, day) for day in days] == [500_000, 700_000]
    states = [(str(card.value.en), card.state)
              for card in valuecards.value_cards(measure_named(SPLIT), world.head, now=NOW)]  # fmt: skip
    assert sorted(states) == [
        ("500,000.00 CNY", "replaced"), ("600,000.00 CNY", "replaced"), ("700,000.00 CNY", "in_force"),
    ]  # fmt: skip


def test_what_is_set_for_a_body_holds_for_its_parts_unless_they_have_their_own(
    world: World,
) -> None:
    in_force(world)
    assert line_of(world, body=world.hospital.pk) == 500_000
    assert line_of(world, body=world.other_hospital.pk) == 400_000, "no part of the commission"
    in_force(world, body="YY1", value="450000", from_date="2024-06-01")
    assert line_of(world, body=world.hospital.pk) == 450_000
    assert line_of(world) == 500_000


def test_an_act_of_who_did_not_supervise_the_unit_sets_nothing(world: World) -> None:
    """The form of the procedure can be opened by itself, and names any unit."""
    raw = {"unit_code": "JY", "measure": SPLIT, "parameter": "tender_line", "value": "500000",
           "from_date": "2025-01-01", "reasons": "别组的单位"}  # fmt: skip
    way = ownvalues.declared()
    assert way is not None
    ref = desk.open(actor=world.officer, procedure=way.procedure, body="PZ", raw=raw, now=NOW).ref
    act(world, ref, world.head, "allow")
    elsewhere = Tie.objects.get(target__code="JY", source__code="PQ").target_id
    assert line_of(world, body=elsewhere) == 400_000
    assert valuecards.value_cards(measure_named(SPLIT), world.stranger, now=NOW) == ()


def test_an_act_out_of_bounds_sets_nothing_and_the_page_says_why(world: World) -> None:
    way = ownvalues.declared()
    assert way is not None
    wrong = {"tender_line": "5", "days": "60", "no_such": "1"}
    for parameter, value in (*wrong.items(), ("tender_line", "much")):
        raw = {"unit_code": "WJ", "measure": SPLIT, "parameter": parameter, "value": value,
               "from_date": "2025-01-01", "reasons": "直接登记"}  # fmt: skip
        ref = desk.open(
            actor=world.officer, procedure=way.procedure, body="PZ", raw=raw, now=NOW
        ).ref
        act(world, ref, world.head, "allow")
    loaded, changed = ownvalues.in_force(measure_named(SPLIT), world.commission.pk, on=NOW.date())
    assert {name: p.value for name, p in loaded.spec.parameters.items()} == {
        name: p.value for name, p in measure_named(SPLIT).spec.parameters.items()
    }
    assert all(not piece.act for found in changed.values() for piece in found)
    cards = valuecards.value_cards(measure_named(SPLIT), world.officer, now=NOW)
    assert [card.state for card in cards] == ["no_effect"] * 4
    assert all(card.wrong for card in cards)


def test_the_page_says_by_whose_act_to_those_who_may_know(world: World) -> None:
    ref = in_force(world, from_date="2025-08-01")
    (card,) = valuecards.value_cards(measure_named(SPLIT), world.officer, now=NOW)
    assert (card.state, card.act, card.since) == ("ahead", ref, date(2025, 8, 1))
    assert card.approved_by is not None
    assert card.approved_by.en == world.head.name.en
    assert card.approved_at == NOW
    assert card.packs_say is not None
    assert card.packs_say.en == "400,000.00 CNY"
    matter = Matter.objects.get(ref=ref)
    desk.recuse(actor=world.head, ref=ref, person=world.officer.key, reasons="回避",
                version=matter.version, now=NOW)  # fmt: skip
    (card,) = valuecards.value_cards(measure_named(SPLIT), world.officer, now=NOW)
    assert (card.act, card.approved_by, card.approved_at) == ("", None, None)
    assert valuecards.value_cards(measure_named(SPLIT), world.stranger, now=NOW) == ()


def test_packs_that_say_nothing_of_values_let_none_be_asked_for(
    world: World, settings: Any, tmp_path: Path
) -> None:
    ref = in_force(world)
    pack = tmp_path / "cn-discipline"
    shutil.copytree(ROOT / "packs" / "cn-discipline", pack)
    said = (pack / "pack.yaml").read_text("utf-8")
    (pack / "pack.yaml").write_text(said.split("measure_values:")[0], "utf-8")
    settings.PAIZHU_PACKS = [pack]
    rulebook.forget()
    assert line_of(world) == 400_000
    assert not ownvalues.may_ask(world.officer, now=NOW)
    for use in (lambda: ask(world), lambda: ownvalues.approve(ref, actor=world.head, now=NOW)):
        with pytest.raises(NotAllowed, match="no procedure"):
            use()


def test_a_value_can_not_be_corrected_past_its_approval(tmp_path: Path) -> None:
    pack = tmp_path / "cn-discipline"
    shutil.copytree(ROOT / "packs" / "cn-discipline", pack)
    file = pack / "procedures" / "measure_value" / "2025-01-01.yaml"
    said = file.read_text("utf-8")
    file.write_text(said.replace("may:\n", "may:\n  correct:    [officer]\n"), "utf-8")
    with pytest.raises(PackErrors) as refused:
        load([pack])
    assert [mistake.key for mistake in refused.value.mistakes] == ["measure_values.procedure"]


# --- laid over the packs' own -------------------------------------------------------------------


def laid(*acts: Act) -> list[tuple[date | None, int, str]]:
    line = measure_named(SPLIT).spec.parameters["tender_line"]
    return [(piece.since, int(piece.value), piece.act) for piece in pieces(line, acts)]


def line_act(ref: str, value: int, since: date, until: date | None = None) -> Act:
    return Act(ref, SPLIT, "tender_line", Decimal(value), since, until)


def test_days_between_and_after_acts_are_the_packs_own() -> None:
    first = line_act("A", 500_000, date(2021, 1, 1), date(2021, 12, 31))
    second = line_act("B", 600_000, date(2023, 1, 1), date.max)
    assert laid(first, second) == [
        (date(2020, 1, 1), 400_000, ""), (date(2021, 1, 1), 500_000, "A"),
        (date(2022, 1, 1), 400_000, ""), (date(2023, 1, 1), 600_000, "B"),
    ]  # fmt: skip


def test_an_act_gives_no_number_to_days_before_there_was_a_rule() -> None:
    """The packs' own line begins in 2020: what an act says of 2019 counts from there on."""
    early = line_act("A", 600_000, date(2019, 1, 1))
    gone = line_act("B", 700_000, date(2018, 1, 1), date(2019, 6, 30))
    assert laid(early, gone) == [(date(2020, 1, 1), 600_000, "A")]
