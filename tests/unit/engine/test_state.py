"""What each kind of entry does to a matter."""

from dataclasses import replace
from datetime import date, timedelta

from paizhu.engine import steps
from paizhu.engine.state import State, fold
from tests.unit.engine.matters import DAY, Told, actor, in_work, rules, triage, when


def test_folding_all_entries_gives_the_state_that_grew_step_by_step():
    told = in_work()
    assert told.fold() == told.state
    assert told.state.stage == "in_work"
    assert [done.action for done in told.state.done] == ["register", "hand_over", "dispose"]


def test_whoever_proposed_acted_and_whoever_signed_signed():
    done = in_work().state.done[-1]
    assert done.person == "one"
    assert done.signers == ("section_head", "head")


def test_a_later_note_does_not_move_the_day_of_closing():
    told = triage().act("one", "dispose", disposal="close", reasons="不实")
    told.day += timedelta(days=3)
    told.sign("section_head").sign("head")
    assert told.state.stage == "closed"
    told.day += timedelta(days=40)
    told.by_rule("noted", text="归档")
    assert told.state.stage_day == DAY + timedelta(days=3)


def test_the_recused_lose_seats_proposals_and_open_signatures():
    told = triage().act("one", "dispose", disposal="hold", reasons="暂存").sign("section_head")
    told.recuse("section_head")
    assert next(iter(told.state.proposals.values())).signatures == ()
    told.recuse("one")
    assert told.state.proposals == {}
    assert told.state.seats == {"handler": ("two",)}
    assert told.state.recused == {"section_head", "one"}


def test_of_a_matter_whose_content_was_removed_only_headers_are_known():
    told = triage()
    entries = [replace(entry, payload=None) for entry in told.entries]
    state = fold(entries, lambda _: told.procedure)
    assert state.is_shredded
    assert (state.stage, state.version, state.values) == ("triage", told.state.version, {})


def test_signatures_and_returns_of_what_waits_no_more_change_nothing():
    told = triage()
    before = told.state
    told.by_rule("approved", proposal=99, role="head")
    told.by_rule("returned", proposal=99, reasons="x")
    assert replace(told.state, version=before.version) == before


def test_what_a_kind_does_not_change_is_left_alone():
    told = triage()
    before = told.state
    told.by_rule("noted", text="x")
    assert replace(told.state, version=before.version) == before


def test_a_child_is_open_until_it_says_that_it_ended():
    told = triage().by_rule("linked", ref="L-1", relation="child", procedure="letter")
    assert told.state.children == {"L-1": "open"}
    told.by_rule("linked", ref="L-1", relation="closed", procedure="letter")
    assert told.state.children == {"L-1": "closed"}
    told.by_rule("linked", ref="L-2", relation="related", procedure="letter")
    assert [link.ref for link in told.state.links] == ["L-1", "L-2"]
    assert told.state.children == {"L-1": "closed"}


def test_seats_substitutes_and_emergency_are_three_things():
    told = triage()
    told.by_rule("assigned", role="handler", persons=["three"])
    told.by_rule("assigned", role="head", persons=["deputy"], substitute=True)
    told.by_rule("assigned", role="x", persons=["asker"], until="2025-09-28T20:00:00+08:00")
    assert told.state.seats["handler"] == ("three",)
    assert told.state.substitutes == {"head": ("deputy",)}
    assert [grant.person for grant in told.state.grants] == ["asker"]
    told.recuse("asker")
    assert told.state.grants == ()


def test_a_body_takes_its_part_until_a_day_and_leaves_it():
    spec = rules("transfer").spec
    fields = {
        **spec.fields,
        "recipient": spec.fields["recipient"].model_copy(update={"part_until": "last"}),
        "last": spec.fields["reasons"].model_copy(update={"type": "date", "required": False}),
        "leaves": spec.fields["recipient"].model_copy(
            update={"part": None, "ends_part": "recipient"}
        ),
    }
    told = Told(rules("transfer", fields=fields)).open(action="draft", who="keeper")
    told.by_rule("noted", text="x")
    told.act("keeper", "offer", recipient="body:7", last="2025-12-31")
    assert told.state.parts["recipient"] == (7,)
    assert told.state.part_ends == {"recipient:7": date(2025, 12, 31)}
    told.act("keeper", "recall", reasons="x", leaves="body:7")
    assert told.state.parts["recipient"] == ()


def test_an_excused_child_counts_as_settled():
    told = Told(rules("campaign")).open(who="case_office", action="draft")
    told.act("duty_leader", "launch")
    told.by_rule("linked", ref="E-1", relation="child", procedure="errand")
    told.act("duty_leader", "excuse", excused="E-1", reasons="撤并")
    assert told.state.children == {"E-1": "excused"}


def test_a_run_can_be_asked_for_by_its_number():
    told = triage()
    assert told.state.run("opinion", 1) == told.run("opinion")
    assert told.state.run("opinion", 2) is None
    assert told.state.run("work") is None


def test_an_empty_matter_has_no_version_and_no_day():
    state = State()
    assert (state.version, list(state.running())) == (0, [])


def test_a_parent_is_a_link_from_the_first_entry_on():
    procedure = rules("letter")
    told = Told(procedure)
    payload = {"values": {"subject": "乙", "matter_text": "x"}, "number": "L-1",
               "parts": {"holder": [1]}, "parent": "T-1", "source": "flag:1"}  # fmt: skip
    told.write(steps.opening(procedure, "draft", actor("head"), payload=payload, when=when(DAY)))
    assert [(link.ref, link.relation) for link in told.state.links] == [("T-1", "parent")]
    assert told.state.source == "flag:1"
