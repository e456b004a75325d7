"""What seldom happens at the door, and must go well all the same."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
from django.db import connection

from paizhu.casework import access, board, desk, duties, queries, rebuilding, rulebook
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotFound
from paizhu.ledger import book
from paizhu.registry.models import Tie
from paizhu.registry.principals import supervised_by
from tests import world as worlds
from tests.world import inquiry, sign, take

SPINE, POWERS = (worlds.ROOT / "tests" / "packs" / name for name in ("spine", "powers"))
INQUIRY = "spine/procedures/inquiry/2025-06-01.yaml"
TRANSFER = "powers/procedures/transfer/2025-01-01.yaml"


@pytest.fixture
def declared(db, settings, tmp_path):
    """A small institution under copies of the test packs, each with one place written otherwise."""

    def make(*edits: tuple[str, str, str]) -> worlds.World:
        for pack in (SPINE, POWERS):
            shutil.copytree(pack, tmp_path / pack.name)
            shutil.rmtree(tmp_path / pack.name / "procedures/inquiry/scenarios", ignore_errors=True)
        for file, old, new in edits:
            path = tmp_path / file
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), encoding="utf-8")
        settings.PAIZHU_PACKS = [tmp_path / "spine", tmp_path / "powers"]
        rulebook.forget()
        return worlds.small_world()

    yield make
    rulebook.forget()


def correct(world, name, ref, field, raw):
    card = world.card(name, ref)
    return desk.correct(
        actor=world.who(name), ref=ref, field=field, raw=raw, reasons="登记错误",
        version=card.version, now=world.now(),
    )  # fmt: skip


def to_sign(world, name):
    return {row.ref for row in queries.waiting(world.who(name), on=world.today)}


def test_a_correction_that_spares_the_only_signature_leaves_the_proposal_to_its_author(declared):
    world = declared(
        (INQUIRY, "stops: [conclude.proposed]", "stops: [conclude]"),
        (
            INQUIRY,
            "approvals: [{by: section_head}, {by: head}]",
            "approvals: [{by: section_head, when: {field: concerns, is: staff}}]",
        ),
        (
            INQUIRY,
            "      own_head:",
            "      outside: {zh: 其他人员, en: Somebody else}\n      own_head:",
        ),
    )
    ref = inquiry(world, "in_work").ref
    take(world, "one", ref, "conclude", reasons="查清")
    assert ref in to_sign(world, "section_head")
    correct(world, "keeper", ref, "concerns", "outside")
    assert ref not in to_sign(world, "section_head")
    (left,) = world.card("one", ref).proposals
    assert left.may_withdraw
    desk.withdraw(
        actor=world.who("one"), ref=ref, proposal=left.proposal, reasons="无须审批",
        version=world.card("one", ref).version, now=world.now(),
    )  # fmt: skip
    take(world, "one", ref, "conclude", reasons="查清")
    assert world.card("one", ref).final
    assert rebuilding.check().differences == ()


def test_without_a_body_to_hold_it_no_matter_is_opened_and_nothing_is_stored(declared):
    world = declared(
        (
            INQUIRY,
            "      - procedure: letter\n",
            "      - procedure: letter\n        held_by: superior\n",
        )
    )
    Tie.objects.filter(target=world.bodies["WJ"], kind="sends").delete()
    ref = inquiry(world, "triage").ref
    take(world, "one", ref, "dispose", disposal="letter", reasons="可查")
    sign(world, "section_head", ref)
    before = book.last()
    with pytest.raises(NotFound) as refused:
        sign(world, "head", ref)
    assert "no body to hold" in refused.value.say.en
    assert book.last() == before
    assert world.card("head", ref).stage == "triage"


def test_a_receipt_that_was_signed_shows_what_was_proposed(declared):
    world = declared(
        (TRANSFER, "may: {substitute: [head]", "may: {substitute: [head, receiver]"),
        (
            TRANSFER,
            "by: [receiver], form: [reasons]}\n  drop:",
            "by: [receiver], form: [reasons], approvals: [{by: head}]}\n  drop:",
        ),
    )
    ref = desk.open(
        actor=world.who("keeper"), procedure="transfer", body="WJ",
        raw={"subject_matter": "问题", "basis": "第二条"}, now=world.now(),
    ).ref  # fmt: skip
    take(world, "keeper", ref, "offer", recipient="JY")
    take(world, "other_head", ref, "accept")
    take(world, "other_head", ref, "finish", reasons="已查清")
    sign(world, "head", ref)
    last = world.card("head", ref).hand_over.steps[-1]
    assert [line.shown.zh for line in last.details] == ["已查清"]
    assert "褚组长" in last.who.zh
    assert "李组长" in last.who.zh


def test_an_empty_installation_has_no_rows_that_differ(declared):
    declared()
    assert rebuilding.check().differences == ()
    assert not Matter.objects.exists()


def test_on_the_board_a_matter_that_is_late_is_not_soon_to_be_as_well(declared):
    world = declared((INQUIRY, "stops: [hand_over.proposed]", "stops: [dispose]"))
    ref = inquiry(world, "triage").ref
    dues = {chip.clock: chip.due_date for chip in world.card("head", ref).clocks}
    world.today = dues["opinion"] - timedelta(days=3)
    found = board.board(world.who("head"), world.bodies["WJ"].pk, on=world.today)
    assert dues["take_in"] < world.today
    assert [chip.clock for chip in found.late] == ["take_in"]
    assert (found.late_matters, found.soon_matters, found.soon) == (1, 0, ())


def test_who_sits_in_no_body_supervises_none(declared):
    assert supervised_by([], on=declared().today) == frozenset()


def test_a_body_owes_a_duty_only_once_it_is_tied_to_another(declared):
    world = declared()
    inquiry(world)
    Tie.objects.filter(target=world.bodies["JY"]).delete()
    world.today = date(2025, 12, 5)
    duties.open_due(world.now())
    owing = set(Matter.objects.filter(source__startswith="duty:").values_list("body__code"))
    assert owing == {("WJ",)}
    Tie.objects.create(
        source=world.bodies["OR"], target=world.bodies["JY"], kind="sends", since=date(2027, 1, 1)
    )
    assert duties.open_due(world.now(11)) == 0


def test_postgresql_looks_at_no_more_of_each_principal_than_can_be_wanted(declared, monkeypatch):
    world = declared()
    inquiry(world)
    who = world.who("head")
    for vendor, limits in (("sqlite", 0), ("postgresql", len(who.principals))):
        with monkeypatch.context() as elsewhere:  # one at a time: a connection forgets but once
            elsewhere.setattr(connection, "vendor", vendor)
            assert access.in_order(who, most=10, skip=5).sql.count("LIMIT 15)") == limits


def test_each_engines_way_to_count_counts_every_matter_once_and_none_recused_from(declared):
    world = declared()
    closed_to_one = inquiry(world, "triage").ref
    desk.recuse(
        actor=world.who("one"), ref=closed_to_one, person=world.key("one"), reasons="亲属关系",
        version=world.card("one", closed_to_one).version, now=world.now(),
    )  # fmt: skip
    for stage in ("triage", "in_work", "registered"):
        inquiry(world, stage)
    # The keeper knows of what was opened as the post and as who has a seat; one of seats alone.
    for name, known in (("keeper", 4), ("one", 2), ("other_head", 0)):
        for most in (1, 10):
            for vendor, counted in access.COUNTED.items():
                asked, given = counted(world.who(name), most)
                with connection.cursor() as cursor:
                    cursor.execute(asked, given)
                    assert min(most, cursor.fetchone()[0]) == min(most, known), (vendor, name)
            assert access.how_many(world.who(name), most=most) == min(most, known)
