"""Every return of the national pack is computed over real matters, in both languages, and again."""

from datetime import date

import pytest

from paizhu.analysis.returns import computing, reading
from paizhu.analysis.returns.declared import returns
from paizhu.analysis.returns.spans import span_of
from paizhu.analysis.returns.workbook import workbook
from paizhu.casework import desk
from tests import world as worlds
from tests.world import sign, take

PACK = worlds.ROOT / "packs" / "cn-discipline"
COMPLAINT = {
    "channel": "letter", "origin": "direct", "received_date": "2025-10-09", "concerns": "staff",
    "competence": "own", "repeated": False, "named": False, "subject": "乙", "unit": "YY",
    "summary": "反映采购问题",
}  # fmt: skip


@pytest.fixture
def national(db, settings):
    settings.PAIZHU_PACKS = [PACK]
    world = worlds.small_world()
    worlds.person(world, "case_office", "蒋案管", ("OR", "case_office"))
    world.today = date(2025, 10, 9)
    return world


def open_complaints(world, number, **changes):
    return [
        desk.open(
            actor=world.who("keeper"), procedure="complaint", body="WJ", raw={**COMPLAINT, **changes},
            now=world.now(),
        ).ref
        for _ in range(number)
    ]  # fmt: skip


def computed(world, name, body, actor):
    cadence = returns()[name].spec.period
    kept = computing.compute(
        name,
        body=body,
        period=span_of(cadence, world.today).name,
        actor=world.who(actor),
        now=world.now(18),
    )
    return reading.card_of(kept, reader=world.who(actor), now=world.now(18))


def test_every_return_is_computed_and_computed_again(national):
    open_complaints(national, 3)
    launched = desk.open(
        actor=national.who("case_office"), procedure="deployment", body="OR", now=national.now(),
        raw={
            "topic": "医用耗材专项", "category": "daily", "classes": ["combined"], "term": "usual",
            "content": "自查自纠", "wanted": "台账",
        },
    ).ref  # fmt: skip
    take(national, "case_office", launched, "launch", teams=["WJ", "JY"])
    sign(national, "leader", launched)
    for name, loaded in returns().items():
        for kind, body, actor in (("team", "WJ", "head"), ("organ", "OR", "leader")):
            if kind not in loaded.spec.of:
                continue
            card = computed(national, name, body, actor)
            assert card.rows
            for lang in ("zh", "en"):
                assert workbook(card, lang)[:2] == b"PK"
                assert all(c.figure.shown.say(lang) for row in card.rows for c in row.cells)
    assert {one.outcome for one in computing.check()} == {"same"}
    state = computed(national, "deployment_state", "OR", "leader")
    assert [[c.figure.shown.zh for c in row.cells][:2] for row in state.rows] == [["1", "0"]] * 2
    received = computed(national, "complaints_received", "OR", "leader")
    assert [c.figure.shown.zh for c in received.rows[0].cells][:2] == ["3", "3"]


def test_thirty_five_complaints_and_two_clues_ask_the_team(national):
    open_complaints(national, 35)
    asks = computed(national, "team_monthly", "WJ", "head").asks
    assert [ask.zh[:29] for ask in asks] == ["本月接受检举控告 35 件，登记问题线索 0 件，相差较大"]
    assert "35 complaints were received and 0 clues" in asks[0].en


def test_what_is_not_recorded_is_said_and_not_guessed(national):
    open_complaints(national, 1)
    card = computed(national, "complaint_measures", "WJ", "head")
    cells = {row.title.en: row.cells[0] for row in card.rows}
    follow_up = cells["Share of anonymous reporters who came back"]
    assert (follow_up.figure.number, follow_up.figure.shown.zh) == (None, "未登记")
    assert "not estimated" in follow_up.why.en
    assert cells["Share without a name"].figure.interval.en == "1 of 1; 95 % interval 20.7–100.0 %"
