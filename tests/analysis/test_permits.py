"""Leave to hold data is a matter: asked, approved by another, ended by rule or by a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis import permits, running, sources, store, workbench
from paizhu.analysis.models import Load, Source
from paizhu.analysis.sourcecards import source_cards
from paizhu.casework import desk, rulebook, ticking
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotAllowed
from paizhu.ledger import book
from tests.analysis.conftest import NOW, SPLIT, World, make_source, purchase, stored, write_csv
from tests.analysis.test_large import ROOT

Run = Callable[..., Any]
LATER = datetime(2026, 1, 2, 2, 0, tzinfo=UTC)


def actions(source: Source) -> list[tuple[str, str]]:
    return [(entry.action, entry.person) for entry in book.entries_of(source.matter)
            if entry.kind == "enacted"]  # fmt: skip


def test_registering_and_approving_stand_in_the_ledger(world: World, source: Source) -> None:
    assert actions(source) == [("ask", world.officer.key), ("allow", world.head.key)]
    first = book.entries_of(source.matter)[0]
    assert first.payload is not None
    values = first.payload["values"]
    assert isinstance(values, dict)
    assert (values["purpose"], values["last_day"]) == ("年度采购专项监督", "2025-12-31")


def test_approved_at_the_matter_itself_is_approved(
    world: World, bring_in: Run, tmp_path: Path
) -> None:
    waiting = sources.register(
        actor=world.officer, key="waiting", table="purchases", body="WJ", purpose="专项监督",
        plan_ref="JH-1", expires_date=date(2025, 12, 31), now=NOW,
    )  # fmt: skip
    matter = Matter.objects.get(ref=waiting.matter)
    with pytest.raises(NotAllowed):
        desk.act(actor=world.officer, ref=matter.ref, action="allow", raw={}, version=matter.version, now=NOW)  # fmt: skip
    assert "waiting" not in [one.key for one in sources.sources_for(world.officer, now=NOW)]
    desk.act(actor=world.head, ref=matter.ref, action="allow", raw={}, version=matter.version, now=NOW)  # fmt: skip
    assert [one.key for one in sources.sources_for(world.officer, now=NOW)] == [
        "waiting", "wj-purchases",
    ]  # fmt: skip
    waiting.refresh_from_db()
    assert waiting.approved_by_id == world.head.person
    assert bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]), source="waiting").stored


def test_refused_at_the_matter_it_gives_nothing(world: World) -> None:
    waiting = sources.register(
        actor=world.officer, key="waiting", table="purchases", body="WJ", purpose="专项监督",
        plan_ref="JH-1", expires_date=date(2025, 12, 31), now=NOW,
    )  # fmt: skip
    matter = Matter.objects.get(ref=waiting.matter)
    desk.act(actor=world.head, ref=matter.ref, action="refuse", raw={"reasons": "用途过宽"},
             version=matter.version, now=NOW)  # fmt: skip
    card = source_cards(world.head, now=NOW)[0]
    assert (card.state, card.may_approve, card.matter) == ("ended", False, waiting.matter)
    with pytest.raises(NotAllowed):
        sources.approve("waiting", actor=world.head, now=NOW)
    waiting.refresh_from_db()
    assert waiting.approved_by_id is None


def test_given_up_it_gives_no_rows_anywhere_and_they_go(
    world: World, source: Source, bring_in: Run, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    matter = Matter.objects.get(ref=source.matter)
    desk.act(actor=world.officer, ref=matter.ref, action="give_up", raw={"reasons": "已结束"},
             version=matter.version, now=NOW)  # fmt: skip
    assert stored(source) == []
    assert sources.sources_for(world.officer, now=NOW) == []
    for use in (
        lambda: bring_in(write_csv(tmp_path / "2.csv", [purchase(2)])),
        lambda: running.run(SPLIT, actor=world.officer, now=NOW),
        lambda: running.run(SPLIT, actor=world.officer, now=NOW, sources=[source.key]),
        lambda: workbench.ask("select 1 from purchases", sources=[source.key], purpose="核对",
                              actor=world.officer, now=NOW),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            use()
    assert sources.remove_expired(now=NOW) == 1
    assert not list(store.folder().rglob("*.parquet"))
    assert Load.objects.get().removed_because == "ended"


def test_the_rule_removes_it_on_the_day_after_its_last(
    world: World, source: Source, bring_in: Run, tmp_path: Path
) -> None:
    bring_in(write_csv(tmp_path / "1.csv", [purchase(1)]))
    ticking.tick(datetime(2025, 12, 31, 2, 0, tzinfo=UTC))
    assert sources.remove_expired(now=datetime(2025, 12, 31, 2, 0, tzinfo=UTC)) == 0
    assert len(stored(source, on=date(2025, 12, 31))) == 1
    ticking.tick(LATER)
    assert actions(source)[-1] == ("remove", "system")
    assert sources.remove_expired(now=LATER) == 1
    assert not list(store.folder().rglob("*.parquet"))
    assert [card.state for card in source_cards(world.head, now=LATER)] == ["expired"]
    # The line about the load stays, and the matter says who asked, who approved and that it is gone.
    assert Load.objects.get().removed_because == "expired"
    assert Matter.objects.get(ref=source.matter).is_final


def test_a_source_that_cannot_be_registered_opens_no_matter(world: World, source: Source) -> None:
    before = Matter.objects.count()
    with pytest.raises(Exception, match="already registered"):
        make_source(world)
    assert Matter.objects.count() == before


def test_an_office_without_the_post_is_told_who_may(world: World) -> None:
    with pytest.raises(NotAllowed, match="officer of the team"):
        sources.register(
            actor=world.leader, key="k-2", table="purchases", body="WJ", purpose="专项监督",
            plan_ref="JH-1", expires_date=date(2025, 12, 31), now=NOW,
        )  # fmt: skip
    assert not Source.objects.exists()


def test_packs_that_say_nothing_of_sources_approve_by_the_row(
    world: World, settings: Any, tmp_path: Path
) -> None:
    pack = tmp_path / "cn-discipline"
    shutil.copytree(ROOT / "packs" / "cn-discipline", pack)
    said = (pack / "pack.yaml").read_text("utf-8")
    (pack / "pack.yaml").write_text(said.split("data_sources:")[0], "utf-8")
    settings.PAIZHU_PACKS = [pack]
    rulebook.forget()
    assert permits.declared() is None
    source = make_source(world)
    assert source.matter == ""
    sources.check_usable(source, on=NOW.date())
