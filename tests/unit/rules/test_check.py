"""Mistakes that take more than one edit to make, and what is no mistake."""

from __future__ import annotations

from datetime import date

import pytest

from paizhu.kernel.periods import Period
from paizhu.rules.check.clocks import surely_within
from paizhu.rules.mistakes import nearest
from paizhu.rules.shelf import gather
from paizhu.rules.spec import ClockSpec, Dated

CLUE = "national/procedures/clue/2025-06-01.yaml"
CHECKING = "national/procedures/verification/2025-06-01.yaml"


def keys(packs):
    return {mistake.key: mistake for mistake in packs.mistakes()}


def test_a_seat_that_nobody_can_give_is_a_mistake(packs):
    packs.edit(
        CLUE, "roles:\n", "roles:\n  clerk: {title: {zh: 书记员, en: Clerk}, held_by: assignment}\n"
    )
    assert packs.mistakes() == (), "the section head may assign"
    packs.edit(CLUE, "  assign: [section_head]\n", "")
    assert "nobody may" in keys(packs)["roles.clerk"].say.en


def test_a_single_seat_cannot_sign_its_own_proposal(packs):
    packs.edit(CLUE, "      - {by: section_head, basis", "      - {by: handler, basis")
    assert packs.mistakes() == (), "there are two handlers"
    packs.edit(CLUE, "held_by: assignment, at_least: 2", "held_by: assignment")
    assert "has one seat" in keys(packs)["actions.conclude.approvals.0.by"].say.en


def test_signing_twice_under_different_conditions_is_no_mistake(packs):
    packs.edit(CLUE, "      - {by: section_head, basis", "      - {by: head, basis")
    assert packs.mistakes() == ()


def test_a_pack_loaded_twice_is_a_mistake(packs):
    found = gather([packs.dirs[0], packs.dirs[0]])
    from paizhu.rules.check import check

    assert any("is loaded twice" in mistake.say.en for mistake in check(found))


def test_a_linked_matter_needs_the_options_of_what_is_carried(packs):
    options = "{forwarded: {zh: 上级转送, en: Forwarded}}"
    packs.edit(
        CHECKING,
        "  urgent:",
        f"  source: {{type: choice, title: {{zh: 来源, en: Source}}, options: {options}}}\n  urgent:",
    )
    packs.edit(
        CHECKING,
        "form: [subject, allegation, urgent]",
        "form: [subject, allegation, urgent, source]",
    )
    packs.edit(CLUE, "allegation: summary}", "allegation: summary, source: source}")
    mistake = keys(packs)["actions.dispose.opens_matter.carries.source"]
    assert "has no option found" in mistake.say.en
    assert mistake.allowed == ("forwarded",)


def test_a_linked_matter_needs_no_answer_to_what_it_cannot_ask(packs):
    packs.edit(
        CHECKING,
        "urgent: {type: yesno, title: {zh: 紧急, en: Urgent}}",
        "urgent: {type: yesno, title: {zh: 紧急, en: Urgent}}\n"
        "  why: {type: text, title: {zh: 原因, en: Why}, required: true, when: {field: urgent, is: true}}",
    )
    packs.edit(
        CHECKING, "form: [subject, allegation, urgent]", "form: [subject, allegation, urgent, why]"
    )
    assert packs.mistakes() == ()


def test_a_mistake_in_a_linked_procedure_is_reported_there(packs):
    packs.edit(
        CHECKING, "form: [subject, allegation, urgent]", "form: [subject, alegation, urgent]"
    )
    packs.edit(CLUE, "allegation: summary}", "alegation: summary}")
    files = {key: mistake.file for key, mistake in keys(packs).items()}
    assert files["actions.begin.form.1"].endswith(CHECKING)
    assert files["actions.dispose.opens_matter.carries.alegation"].endswith(CLUE)


def test_a_linked_procedure_that_starts_later_is_the_first_there_will_be(packs):
    text = (packs.folder / CHECKING).read_text("utf-8")
    (packs.folder / CHECKING).unlink()
    packs.write(
        "national/procedures/verification/2026-01-01.yaml",
        text.replace("effective_from: 2025-06-01", "effective_from: 2026-01-01"),
    )
    assert packs.mistakes() == ()


def test_a_tightening_is_judged_over_every_version_it_will_meet(packs):
    text = (packs.folder / CLUE).read_text("utf-8")
    packs.write(
        "national/procedures/clue/2026-01-01.yaml",
        text.replace("effective_from: 2025-06-01", "effective_from: 2026-01-01").replace(
            "target: 15 days", "target: 5 days"
        ),
    )
    mistake = keys(packs)["targets.opinion"]
    assert mistake.file.endswith("local/tightenings/clue.yaml")
    assert mistake.allowed == ("5 days",)


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ("15 days", "1 month", True),
        ("28 days", "1 month", True),
        ("29 days", "1 month", False),
        ("1 month", "31 days", False),
        ("1 month", "32 days", True),
        ("12 months", "1 year", False),
        ("11 months", "1 year", True),
        ("5 working days", "30 days", True),
        ("5 working days", "7 days", False),
        ("15 days", "15 working days", True),
        ("48 hours", "2 days", True),
        ("49 hours", "2 days", False),
        ("3 months", "3 months", True),
        ("2 years", "1 year", False),
    ],
)
def test_a_period_is_within_another_only_if_it_always_ends_first(inner, outer, within):
    assert surely_within(Period.parse(inner), Period.parse(outer)) is within


def test_a_value_by_days_is_the_one_in_force():
    raw = {date(2025, 6, 1): "10 days", date(2019, 1, 1): "1 month"}
    title = {"zh": "题", "en": "Title"}
    given = {"title": title, "basis": "x/y", "starts": "a", "stops": "b"}
    limit = ClockSpec.model_validate({**given, "limit": raw}).limit
    assert limit.at(date(2018, 12, 31)) is None
    assert limit.at(date(2025, 5, 31)) == Period(1, "month")
    assert limit.at(date(2025, 6, 1)) == Period(10, "day")
    assert limit.version_at(date(2025, 5, 31)) == date(2019, 1, 1)
    assert limit.version_at(date(2018, 1, 1)) is None
    assert isinstance(limit, Dated)
    assert ClockSpec.model_validate({**given, "limit": limit}).limit == limit


def test_only_what_is_near_is_suggested():
    assert nearest("recieved", ["received", "sent"]) == "received"
    assert nearest("zzz", ["received", "sent"]) is None


def test_a_local_pack_may_close_a_procedure_to_new_matters(packs):
    packs.write(
        "local/tightenings/transfer.yaml",
        "tightens: transfer\neffective_from: 2025-06-01\nbasis: []\ncloses: true\n",
    )
    book = packs.load()
    actions = book.procedure("transfer", date(2025, 9, 1)).spec.actions
    assert {name: action.by for name, action in actions.items() if action.opens} == {"draft": ()}
    assert actions["offer"].by


def test_what_a_duty_opens_cannot_be_closed(packs):
    packs.write(
        "local/tightenings/errand.yaml",
        "tightens: errand\neffective_from: 2025-06-01\nbasis: []\ncloses: true\n",
    )
    assert "duty" in keys(packs)["closes"].say.en


def test_a_linked_matter_needs_no_answer_that_the_carried_choice_rules_out(packs):
    """A field asked for under one answer is not missed when what is carried never gives it."""
    packs.edit(
        CHECKING,
        "  urgent:",
        "  source: {type: choice, title: {zh: 来源, en: Source}, options: "
        "{forwarded: {zh: 上级转送, en: Forwarded}, found: {zh: 发现, en: Found}, "
        "told: {zh: 被告知, en: Told}}}\n"
        "  who: {type: text, title: {zh: 谁, en: Who}, required: true, "
        "when: {field: source, is: told}}\n  urgent:",
    )
    packs.edit(
        CHECKING,
        "form: [subject, allegation, urgent]",
        "form: [subject, allegation, urgent, source, who]",
    )
    packs.edit(CLUE, "allegation: summary}", "allegation: summary, source: source}")
    assert packs.mistakes() == ()
    packs.edit(CHECKING, "when: {field: source, is: told}", "when: {field: source, is: found}")
    assert "who" in keys(packs)["actions.dispose.opens_matter.carries"].say.en
