"""Scenarios run through the steps everything else uses, and say where they differ."""

from dataclasses import replace
from typing import Any

import pytest

from paizhu.engine import scenario
from paizhu.engine.scenario import run, run_all
from paizhu.rules.rulebook import FiledScenario
from paizhu.rules.spec import Scenario
from tests.unit.engine.matters import REGISTERED, book, rules

OPENED = {"date": "2025-09-28", "by": "keeper", "does": "register", "with": REGISTERED}
HANDED = {"date": "2025-09-29", "by": "keeper", "does": "hand_over"}
SIGNED = {"date": "2025-09-29", "by": "head", "approves": "hand_over"}
DISPOSED = {
    "date": "2025-09-30", "by": "handler", "does": "dispose",
    "with": {"disposal": "hold", "reasons": "x"},
}  # fmt: skip


def said(*steps: dict[str, Any], procedure: str = "inquiry") -> list[str]:
    told = Scenario.model_validate({"scenario": "x", "procedure": procedure, "steps": list(steps)})
    filed = FiledScenario("x.yaml", told, tuple(range(10, 10 + len(steps))))
    return [failure.say for failure in run(filed, book())]


def test_the_golden_scenario_of_the_design_holds():
    count, failures = run_all(book(), only=["inquiry"])
    assert count >= 1
    assert failures == []


def test_all_scenarios_run_when_none_is_named():
    count, failures = run_all(book())
    assert count == len(book().scenarios)
    assert failures == []


def test_a_scenario_that_opens_nothing_is_a_failure():
    assert "needs a step that opens" in said({"expect": {"stage": "triage"}})[0]


def test_of_a_procedure_closed_to_new_matters_no_scenario_is_run():
    spec = rules().spec
    actions = {
        name: action.model_copy(update={"by": ()}) if action.opens else action
        for name, action in spec.actions.items()
    }
    closed = replace(book(), procedures={"inquiry": (rules(actions=actions),)})
    told = Scenario.model_validate({"scenario": "x", "procedure": "inquiry", "steps": [OPENED]})
    assert run(FiledScenario("x.yaml", told, (7,)), closed) == []


def test_a_step_that_is_refused_fails_with_its_line_and_reason():
    told = Scenario.model_validate(
        {"scenario": "x", "procedure": "inquiry", "steps": [OPENED, {**HANDED, "by": "head"}]}
    )
    (failure,) = run(FiledScenario("x.yaml", told, (7,)), book())
    assert (failure.file, failure.line, failure.step) == ("x.yaml", 1, 2)
    assert "refused" in failure.say
    assert "summary" in said({**OPENED, "with": {**REGISTERED, "summary": ""}})[0]


EXPECTED = {
    "stage": "triage", "due": {"opinion": "2025-10-29", "take_in": "2025-10-10"},
    "met": ["take_in"], "waiting_for": ["section_head"], "number": "T-1", "seats": {"handler": 2},
    "stuck": [],
}  # fmt: skip


def test_what_is_expected_and_so_passes():
    assert said(OPENED, HANDED, SIGNED, DISPOSED, {"expect": EXPECTED}) == []


@pytest.mark.parametrize(
    ("expected", "say"),
    [
        ({"stage": "held"}, "stage is triage, not held"),
        ({"due": {"opinion": "2025-10-30"}}, "opinion is due 2025-10-29"),
        ({"due": {"work": "2025-10-30"}}, "work is due None"),
        ({"late": ["opinion"]}, "opinion is running, not late"),
        ({"missed": ["work"]}, "work is not started, not missed"),
        ({"waiting_for": ["head"]}, "waits for ['section_head'], not ['head']"),
        ({"number": "T-2"}, "number is T-1, not T-2"),
        ({"seats": {"handler": 3}}, "handler has 2 seats, not 3"),
        ({"stuck": ["head"]}, "nobody may sign for [], not ['head']"),
    ],
)
def test_what_differs_is_said(expected, say):
    (found,) = said(OPENED, HANDED, SIGNED, DISPOSED, {"expect": expected})
    assert say in found


def test_a_proposal_is_returned_withdrawn_and_made_again():
    returned = {"date": "2025-09-30", "by": "section_head", "returns": "dispose"}
    withdrawn = {"date": "2025-09-30", "by": "handler", "withdraws": "dispose"}
    steps = (OPENED, HANDED, SIGNED, DISPOSED, returned, DISPOSED, withdrawn, DISPOSED)
    assert said(*steps, {"expect": {"waiting_for": "section_head"}}) == []


def test_a_recusal_leaves_a_signature_stuck():
    recused = {"date": "2025-09-30", "recuses": "section_head", "reasons": "近亲属"}
    assert said(
        OPENED, HANDED, SIGNED, DISPOSED, recused, {"expect": {"stuck": ["section_head"]}}
    ) == []  # fmt: skip


def test_the_second_of_two_seated_acts_and_may_be_recused():
    second = {**DISPOSED, "by": "handler:2"}
    recused = {"date": "2025-09-29", "recuses": "handler:2"}
    assert said(OPENED, HANDED, SIGNED, second, {"expect": {"waiting_for": "section_head"}}) == []
    assert said(OPENED, HANDED, SIGNED, recused, {"expect": {"seats": {"handler": 1}}}) == []
    assert "refused" in said(OPENED, HANDED, SIGNED, {**DISPOSED, "by": "handler:3"})[0]


def test_a_field_that_recuses_keeps_out_whom_it_names():
    named = {**OPENED, "with": {**REGISTERED, "subject": "head"}}
    refused = {"expect_refused": {"by": "head", "approves": "hand_over", "reason": "回避"}}
    assert said(named, HANDED, refused) == []
    handed = {**HANDED, "with": {"seats": ["a", "b"]}}
    assert said(OPENED, handed, SIGNED, {"expect": {"seats": {"handler": 2}}}) == []


def test_what_must_be_refused_is_so_with_its_reason_and_article():
    own = {"by": "keeper", "action": "register", "with": {**REGISTERED, "concerns": "own_head"}}
    assert said(OPENED, {"expect_refused": {**own, "basis": "test-rules/two"}}) == []
    (wrong,) = said(OPENED, {"expect_refused": {**own, "basis": "test-rules/one"}})
    assert "not by test-rules/one" in wrong
    (lacks,) = said(OPENED, {"expect_refused": {**own, "reason": "月亮"}})
    assert "which lacks" in lacks
    again = {"by": "keeper", "action": "hand_over", "date": "2025-09-29"}
    (allowed,) = said(OPENED, {"expect_refused": again})
    assert "was not refused" in allowed
    unnamed = {"expect_refused": {"by": "keeper", "with": {}}}
    assert said(OPENED, unnamed) == []


def test_a_state_that_does_not_fold_again_is_a_failure(monkeypatch):
    monkeypatch.setattr(scenario, "fold", lambda entries, rules: replace_nothing())
    assert "folding" in said(OPENED)[0]


def replace_nothing():
    return replace(scenario.State(), stage="elsewhere")
