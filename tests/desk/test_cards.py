"""What pages get: forms that open, chips, notices, and answers to what is not there."""

import shutil
from datetime import date

import pytest

from paizhu.casework import chips, desk, forms_cards, queries, reading, rulebook, ticking
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import ClockRow, Matter, Notice
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.rules.spec import AllOf, AnyOf, FieldIn, FieldIs
from tests.world import PACKS, inquiry, sign, take


def form(world, name: str, procedure: str = "inquiry", body: str = "WJ", action: str = ""):
    return forms_cards.opening_form(world.who(name), procedure, body, on=world.today, action=action)


def test_the_form_that_opens_a_matter_is_for_whoever_may_open_it(world):
    card = form(world, "keeper")
    assert card.allowed
    assert [one.field for one in card.form][:2] == ["source", "concerns"]
    (reporter,) = [one for one in card.form if one.field == "reporter"]
    assert reporter.shown_when == (("named", ("yes",)),)
    for name in ("head", "other_keeper"):
        with pytest.raises(NotAllowed):
            form(world, name)
    for procedure, action in [("nothing", ""), ("inquiry", "hand_over"), ("inquiry", "nothing")]:
        with pytest.raises(NotFound):
            form(world, "keeper", procedure=procedure, action=action)


def test_a_condition_is_shown_as_far_as_a_page_can_check_it():
    one = FieldIs.model_validate({"field": "a", "is": True})
    other = FieldIn.model_validate({"field": "b", "in": ["x", 2]})
    both = AllOf.model_validate({"all": [one, other]})
    either = AnyOf.model_validate({"any": [one, other]})
    shown = forms_cards._shown_when
    assert shown(both, ["a", "b"]) == (("a", ("yes",)), ("b", ("x", "2")))
    assert shown(both, ["b"]) == (("b", ("x", "2")),)
    assert shown(either, ["a", "b"]) == ()
    assert forms_cards._may_apply(either, ["a"], {})
    assert forms_cards._may_apply(either, [], {"b": "x"})
    assert not forms_cards._may_apply(either, [], {"b": "y"})


def test_what_follows_names_pauses_and_what_resumes(world):
    ref = inquiry(world, "in_work").ref
    said = {
        card.action: " ".join(text.en for text in card.consequences)
        for card in world.card("head", ref).actions
    }
    assert "pauses the clock: Work" in said["ask_superior"]
    procedure = rulebook.rules_of(Matter.objects.get(ref=ref).rules)
    resumed = forms_cards.consequences(procedure, "superior_answers", None)
    assert "resumes the clock: Work" in {text.en for text in resumed}


def test_what_follows_names_only_clocks_that_run(world):
    ended = Text("结束“受理或转办”", "stops the clock: Take in or pass on")
    ref = inquiry(world).ref
    actions = {card.action: card.consequences for card in world.card("keeper", ref).actions}
    assert ended in actions["hand_over"]
    (proposal,) = world.card("head", inquiry(world, "proposed").ref).proposals
    assert proposal.consequences
    assert ended not in proposal.consequences, "it ended when this was proposed"


def test_an_action_says_what_it_rests_on_to_those_who_may_take_it_and_to_those_who_may_not(world):
    ref = inquiry(world, "in_work").ref
    said = {
        name: {
            card.action: [text.en for text in card.basis] for card in world.card(name, ref).actions
        }
        for name in ("head", "one")
    }
    assert said["head"] == said["one"]
    assert all(said["head"].values())
    # It moves a clock, it needs a signature, it rests on the whole procedure.
    procedure = rulebook.rules_of(Matter.objects.get(ref=ref).rules)
    cited = {ref: procedure.basis_of(ref).cited.en for ref in ("test-rules/one", "test-rules/two")}
    assert cited["test-rules/one"] in " ".join(said["head"]["conclude"])
    opening = form(world, "keeper").basis
    assert any(cited["test-rules/two"] in one.en for one in opening)


def test_a_chip_says_how_a_clock_ended(world):
    ref = inquiry(world, "proposed").ref
    matter = Matter.objects.get(ref=ref)
    row = ClockRow.objects.get(matter=matter)
    procedure = rulebook.rules_of(matter.rules)
    assert chips.from_row(row, procedure, ref=ref, on=world.today).status == "met"
    row.is_kept = False
    assert chips.from_row(row, procedure, ref=ref, on=world.today).status == "missed"
    row.stopped_date, row.due_date = None, None
    row.is_paused = True
    chip = chips.from_row(row, procedure, ref=ref, on=world.today)
    assert (chip.status, chip.days_left) == ("paused", None)


def test_one_marks_ones_own_notices_as_read_and_no_others(world):
    inquiry(world)
    mine = list(Notice.objects.filter(person=world.people["section_head"]))
    assert queries.has_notices(world.who("section_head"))
    assert queries.mark_notices_read(world.who("head"), [mine[0].pk], now=world.now()) == 0
    marked = queries.mark_notices_read(
        world.who("section_head"), [one.pk for one in mine], now=world.now()
    )
    assert marked == len(mine)
    assert not queries.has_notices(world.who("section_head"))


def test_a_recusal_that_leaves_nobody_is_told_to_whoever_the_rule_names(world, settings, tmp_path):
    folder = tmp_path / "spine"
    shutil.copytree(PACKS[0], folder)
    file = next(folder.glob("procedures/inquiry/*.yaml"))
    text = file.read_text(encoding="utf-8")
    told = "notices:\n  - {event: stuck, to: [duty_leader]}\n"
    file.write_text(text.replace("notices:\n", told), encoding="utf-8")
    settings.PAIZHU_PACKS = [folder]
    rulebook.forget()
    ref = inquiry(world, "proposed").ref
    for person in ("three", "head"):
        desk.recuse(
            actor=world.who("head"), ref=ref, person=world.key(person), reasons="近亲属",
            version=Matter.objects.get(ref=ref).version, now=world.now(),
        )  # fmt: skip
    (notice,) = Notice.objects.filter(event="stuck")
    assert notice.person == world.people["leader"]


def test_a_clock_or_a_run_that_is_not_there_is_not_found(world):
    ref = inquiry(world).ref
    for clock, number in [("no_clock", None), ("opinion", None), ("take_in", 7)]:
        with pytest.raises(NotFound):
            reading.why_date(world.who("keeper"), ref, clock, on=world.today, run=number)


def test_before_a_procedure_takes_effect_it_is_not_offered(world):
    early = date(2020, 1, 1)
    who = world.who("keeper")
    assert not [p for p in queries.openable(who, on=early) if p.procedure == "inquiry"]
    assert [p for p in queries.openable(who, on=world.today) if p.procedure == "inquiry"]


def test_a_matter_whose_pack_is_gone_is_listed_filtered_and_read_all_the_same(
    world, settings, tmp_path
):
    ref = inquiry(world, "triage").ref
    pack = tmp_path / "bare"
    pack.mkdir()
    (pack / "pack.yaml").write_text(
        'pack: bare\ntitle: {zh: 空, en: Bare}\nversion: "1"\nlicence: AGPL-3.0-or-later\n',
        encoding="utf-8",
    )
    settings.PAIZHU_PACKS = [pack]
    rulebook.forget()
    assert not rulebook.current().procedures
    who = world.who("head")
    assert {one.value for one in queries.facets(who, on=world.today)["procedure"]} == {"inquiry"}
    (row,) = queries.matters(who, MatterFilter(), on=world.today).rows
    assert row.ref == ref
    assert world.card("head", ref).stage == "triage"


def test_a_corrected_field_that_is_emptied_is_refused(world):
    ref = inquiry(world).ref
    with pytest.raises(Invalid) as refused:
        desk.correct(
            actor=world.who("keeper"), ref=ref, field="reporter", raw="", reasons="x",
            version=world.card("keeper", ref).version, now=world.now(),
        )  # fmt: skip
    assert set(refused.value.fields) == {"reporter"}


def test_whoever_is_named_twice_is_recused_once(world):
    ref = inquiry(world, subject="孙主任").ref
    version = Matter.objects.get(ref=ref).version
    desk.correct(
        actor=world.who("keeper"), ref=ref, field="subject", raw=world.key("section_head"),
        reasons="登记为本人", version=version, now=world.now(),
    )  # fmt: skip
    assert Matter.objects.get(ref=ref).recusals.count() == 1


def test_seats_emptied_by_recusals_are_not_shown_and_are_said_to_be_empty(world):
    ref = inquiry(world, "triage").ref
    for person in ("one", "two"):
        desk.recuse(
            actor=world.who("head"), ref=ref, person=world.key(person), reasons="x",
            version=Matter.objects.get(ref=ref).version, now=world.now(),
        )  # fmt: skip
    card = world.card("section_head", ref)
    assert card.seats == ()
    (stuck,) = card.stuck
    assert stuck.role.en == "Officer in charge"
    desk.assign(
        actor=world.who("section_head"), ref=ref, role="handler",
        persons=[world.key("three"), world.key("keeper")], version=card.version, now=world.now(),
    )  # fmt: skip
    take(world, "three", ref, "dispose", disposal="hold", reasons="x")
    sign(world, "section_head", ref)
    assert not world.card("section_head", ref).stuck


def test_a_tick_in_an_empty_installation_signs_nothing_but_the_rules(world, monkeypatch):
    monkeypatch.setattr(rulebook, "publish", lambda now: False)
    assert ticking.tick(world.now()).checkpoint is None


def test_a_list_in_order_of_due_days_puts_those_without_last(world):
    without = inquiry(world, source="found").ref
    late, early = inquiry(world).ref, inquiry(world, received_date="2025-09-20").ref
    rows = queries.matters(world.who("head"), MatterFilter(order="due"), on=world.today).rows
    assert [row.ref for row in rows] == [early, late, without]
