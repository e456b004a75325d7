"""JSON Schema of what an action asks for, and of the files of a pack."""

from __future__ import annotations

import json
from datetime import date

import pytest

from paizhu.kernel.errors import NotFound
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.schema import action_schema, pack_schema
from paizhu.rules.spec import FieldSpec

DAY = date(2025, 6, 1)


@pytest.fixture
def clue(rulebook):
    return rulebook.procedure("clue", DAY)


def with_fields(procedure: RunnableProcedure, fields: dict) -> RunnableProcedure:
    """Give the procedure with other fields, all asked for when it opens."""
    read = {name: FieldSpec.model_validate(raw) for name, raw in fields.items()}
    opening = procedure.spec.actions["register"].model_copy(update={"form": tuple(read)})
    actions = {**procedure.spec.actions, "register": opening}
    spec = procedure.spec.model_copy(update={"fields": read, "actions": actions})
    return RunnableProcedure(
        spec, "sha256:0", b"", procedure.calendar, procedure.counting, procedure.law
    )


def test_an_action_is_described_with_its_fields_and_nothing_else(clue):
    schema = action_schema(clue, "register", "en")
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == "urn:paizhu:clue:2025-06-01:register:en"
    assert schema["title"] == "Register"
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == list(clue.spec.actions["register"].form)
    assert "intake_number" not in schema["required"]
    assert "pages" not in schema["required"]
    assert schema["properties"]["source"]["oneOf"][0] == {
        "const": "forwarded",
        "title": "Forwarded from above",
    }
    assert schema["properties"]["subject"]["x-level"] == "content"
    json.dumps(schema)


def test_the_words_are_those_of_the_language(clue):
    schema = action_schema(clue, "dispose", "zh")
    assert (schema["title"], schema["description"]) == ("提出处置意见", "写明理由。")
    assert schema["properties"]["disposal"]["title"] == "处置方式"
    assert (
        action_schema(clue, "register", "zh")["properties"]["intake_number"]["description"]
        == "见信封。"
    )


def test_what_is_required_under_a_condition_is_required_by_if_and_then(clue):
    assert action_schema(clue, "register", "en")["allOf"] == [
        {
            "if": {"properties": {"named": {"enum": [True]}}, "required": ["named"]},
            "then": {"required": ["intake_number"]},
        }
    ]
    assert "allOf" not in action_schema(clue, "give_feedback", "en")


def test_an_answer_that_may_be_missing_may_be_null(clue):
    pages = action_schema(clue, "register", "en")["properties"]["pages"]
    assert pages["anyOf"] == [{"type": "integer", "minimum": 1, "maximum": 500}, {"type": "null"}]


def test_seats_are_asked_for_where_an_action_assigns(clue):
    schema = action_schema(clue, "hand_over", "en")
    assert schema["properties"]["seats"]["minItems"] == 2
    assert schema["required"] == ["seats"]


def test_conditions_of_every_form_are_carried_over(clue):
    title = {"title": {"zh": "题", "en": "Field"}}
    options = {"options": {"a": {"zh": "甲", "en": "A"}, "b": {"zh": "乙", "en": "B"}}}
    fields = {
        "some": {"type": "choices", **options, **title},
        "one": {"type": "choice", "required": True, **options, **title},
        "both": {"type": "text", "required": True, **title, "when": {"all": [
            {"field": "some", "is": "a"}, {"field": "one", "in": ["a", "b"]}]}},
        "either": {"type": "text", "required": True, **title, "when": {"any": [
            {"field": "one", "is": "a"}, {"field": "elsewhere", "is": "x"}]}},
        "elsewhere": {"type": "text", **title},
    }  # fmt: skip
    whole = with_fields(clue, fields)
    first, second = action_schema(whole, "register", "en")["allOf"]
    assert first["if"]["allOf"][0]["properties"]["some"] == {"contains": {"enum": ["a"]}}
    assert first["if"]["allOf"][1]["properties"]["one"] == {"enum": ["a", "b"]}
    assert second["then"] == {"required": ["either"]}
    del fields["elsewhere"]
    part = with_fields(clue, fields)
    assert len(action_schema(part, "register", "en")["allOf"]) == 1, "not known, not claimed"
    known = action_schema(part, "register", "en", known={"elsewhere": "x"})["allOf"][1]
    assert known["if"]["anyOf"][1] == {}
    unmet = action_schema(part, "register", "en", known={"elsewhere": "y"})["allOf"][1]
    assert unmet["if"]["anyOf"][1] == {"not": {}}
    some = action_schema(part, "register", "en")["properties"]["some"]["anyOf"][0]
    assert some["items"]["oneOf"][1] == {"const": "b", "title": "B"}


def test_an_action_that_is_not_there_is_answered_with_the_nearest(clue):
    with pytest.raises(NotFound) as missing:
        action_schema(clue, "registre", "en")
    assert "did you mean “register”" in missing.value.say.en


def test_every_kind_of_pack_file_is_described_for_editors():
    schemas = pack_schema()
    assert set(schemas) == {"pack", "instrument", "calendar", "procedure", "scenario", "tightening"}
    json.dumps(schemas)
    shapes = schemas["procedure"]["$defs"]
    assert shapes["ActionSpec"]["properties"]["from"]["anyOf"][0] == {"type": "string"}
    assert shapes["ActionSpec"]["additionalProperties"] is False
    assert shapes["ClockSpec"]["properties"]["target"]["anyOf"][0]["pattern"].startswith("^[1-9]")
    limit = next(one for name, one in shapes.items() if name.startswith("Dated"))
    assert limit["anyOf"][1]["additionalProperties"] == limit["anyOf"][0]
    assert limit["anyOf"][1]["propertyNames"]
    seats = schemas["scenario"]["$defs"]["Expectation"]["properties"]["met"]["anyOf"]
    assert {"type": "string"} in seats
