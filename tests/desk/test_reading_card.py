"""The card of a matter says where it may go next, and what each of its fields is."""

from __future__ import annotations

from tests.world import inquiry


def test_the_stage_line_tells_passed_now_and_possible_next(world):
    card = world.card("one", inquiry(world, "triage").ref)
    states = {step.stage: step.state for step in card.stages}
    assert states["triage"] == "current"
    assert states["registered"] == "past"
    assert states["in_work"] == "next"
    assert [step.state for step in card.stages].count("current") == 1


def test_a_field_names_the_actions_that_ask_for_it(world):
    card = world.card("one", inquiry(world, "triage").ref)
    asked = {field.field: [title.zh for title in field.asked_by] for field in card.fields}
    assert asked["source"]
    assert all(titles for titles in asked.values())
