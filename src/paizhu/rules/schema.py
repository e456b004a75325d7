"""JSON Schema 2020-12: of what an action asks for, and of the pack files themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.rules.conditions import Value, fields_of, holds
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.mistakes import unknown_name
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import (
    AllOf,
    AnyOf,
    CalendarFile,
    Condition,
    Declared,
    FieldIs,
    FieldSpec,
    Instrument,
    Pack,
    Procedure,
    Scenario,
    Tightening,
)

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FILES: Final[dict[str, type[Declared]]] = {
    "pack": Pack,
    "instrument": Instrument,
    "calendar": CalendarFile,
    "procedure": Procedure,
    "scenario": Scenario,
    "tightening": Tightening,
}

Schema = dict[str, Any]


def action_schema(
    procedure: RunnableProcedure,
    action: str,
    lang: str,
    *,
    known: Mapping[str, Value] | None = None,
) -> Schema:
    """Describe the input of an action in `lang`.

    A field that is required under a condition is required by if/then. A condition on a field of
    another form counts as `known` says; without it the field is left to the reader of the form.
    """
    spec = procedure.spec
    if action not in spec.actions:
        raise NotFound(unknown_name(Text("动作", "action"), action, spec.actions))
    declared = spec.actions[action]
    fields = {name: spec.fields[name] for name in declared.form}
    rules = [_required_when(name, fields, known) for name in fields]
    properties = {name: _property(field, lang) for name, field in fields.items()}
    schema: Schema = {
        "$schema": _DIALECT,
        "$id": f"urn:paizhu:{procedure.name}:{procedure.effective_from}:{action}:{lang[:2]}",
        "title": declared.title.say(lang),
        "type": "object",
        "properties": properties,
        "required": [name for name, field in fields.items() if field.required and not field.when],
        "additionalProperties": False,
    }
    if declared.help is not None:
        schema["description"] = declared.help.say(lang)
    if declared.assigns is not None:
        role = spec.roles[declared.assigns]
        properties["seats"] = {
            "title": role.title.say(lang),
            "type": "array",
            "items": {"type": "string"},
            "uniqueItems": True,
            "minItems": role.at_least,
        }
        schema["required"].append("seats")
    conditional = [rule for rule in rules if rule is not None]
    return schema | ({"allOf": conditional} if conditional else {})


def _property(field: FieldSpec, lang: str) -> Schema:
    schema = TYPES[field.type].schema(field)
    options = [{"const": key, "title": title.say(lang)} for key, title in field.options.items()]
    if field.type == "choice":
        schema = {"type": "string", "oneOf": options}
    elif field.type == "choices":
        schema = schema | {"items": {"type": "string", "oneOf": options}}
    if not field.required:
        schema = {"anyOf": [schema, {"type": "null"}]}
    named = {"title": field.title.say(lang), "x-type": field.type, "x-level": field.level}
    return named | ({"description": field.help.say(lang)} if field.help else {}) | schema


def _required_when(
    name: str, fields: Mapping[str, FieldSpec], known: Mapping[str, Value] | None
) -> Schema | None:
    field = fields[name]
    if not field.required or field.when is None:
        return None
    elsewhere = [one.field for one in fields_of(field.when) if one.field not in fields]
    if elsewhere and known is None:
        return None
    return {"if": _condition(field.when, fields, known or {}), "then": {"required": [name]}}


def _condition(
    condition: Condition, fields: Mapping[str, FieldSpec], known: Mapping[str, Value]
) -> Schema:
    if isinstance(condition, AllOf):
        return {"allOf": [_condition(part, fields, known) for part in condition.all]}
    if isinstance(condition, AnyOf):
        return {"anyOf": [_condition(part, fields, known) for part in condition.any]}
    if condition.field not in fields:
        return {} if holds(condition, known) else {"not": {}}
    wanted = [condition.is_] if isinstance(condition, FieldIs) else list(condition.in_)
    value: Schema = {"enum": wanted}
    if fields[condition.field].type == "choices":
        value = {"contains": value}
    return {"properties": {condition.field: value}, "required": [condition.field]}


def pack_schema() -> dict[str, Schema]:
    """Describe each kind of pack file, so that an editor can complete and underline."""
    return {
        name: {"$schema": _DIALECT, **shape.model_json_schema()} for name, shape in _FILES.items()
    }
