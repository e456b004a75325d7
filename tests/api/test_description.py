"""The description is OpenAPI 3.1, is what is served, and only ever grows."""

from __future__ import annotations

import copy
import json

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from paizhu.api.urls import api
from paizhu.casework import rulebook
from scripts import openapi
from tests.world import inquiry

LIVING = openapi.living()


def test_the_description_is_openapi_3_1():
    assert LIVING["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(LIVING).iter_errors()] == []


def test_what_programs_were_promised_is_kept():
    assert openapi.taken_away(openapi.written(), LIVING) == []


def test_two_shapes_never_share_a_name():
    shapes: dict[str, set[str]] = {}
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                for model in filter(_is_described, operation.response_models.values()):
                    found = model.model_json_schema(mode="serialization").get("$defs", {})
                    for name, shape in found.items():
                        shapes.setdefault(name, set()).add(json.dumps(shape, sort_keys=True))
    assert [name for name, several in shapes.items() if len(several) > 1] == []


def _is_described(model) -> bool:
    return hasattr(model, "model_json_schema")


def test_every_operation_says_what_it_does_and_which_scope_it_needs():
    for path, methods in LIVING["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], path
            (bearer, session) = operation["security"]
            assert bearer["Bearer"] in ([], ["read"], ["act"], ["returns"])
            assert bearer["Bearer"] != ["read"] or method == "get"
            assert session == {"Session": []}


def changed(change) -> list[str]:
    new = copy.deepcopy(LIVING)
    change(new)
    return openapi.taken_away(LIVING, new)


def _without(document, *keys):
    for key in keys[:-1]:
        document = document[key]
    del document[keys[-1]]


MATTERS = ("paths", "/api/matters/")
SHAPES = ("components", "schemas")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: _without(d, *MATTERS), "GET /api/matters/ is gone"),
        (lambda d: _without(d, *MATTERS, "post"), "POST /api/matters/ is gone"),
        (lambda d: _without(d, *MATTERS, "get", "responses", "200"), "no longer answers 200"),
        (lambda d: d["paths"]["/api/matters/"]["get"].update(operationId="x"), "is called x"),
        (lambda d: d["paths"]["/api/matters/"]["get"]["parameters"].pop(0), "is gone"),
        (lambda d: _without(d, *SHAPES, "MatterRow", "properties", "ref"), "MatterRow.ref is gone"),
        (lambda d: d["components"]["schemas"]["MatterRow"]["required"].remove("ref"), "missing now"),
        (
            lambda d: d["components"]["schemas"]["MatterRow"]["properties"]["ref"].update(type="integer"),
            "became ['integer']",
        ),
        (
            lambda d: d["components"]["schemas"]["Note"]["required"].append("colour"),
            "Note.colour must be given now",
        ),
        (
            lambda d: d["paths"]["/api/desk/"]["get"].update(
                parameters=[{"in": "query", "name": "x", "required": True, "schema": {}}]
            ),
            "the parameter x must be given now",
        ),
        (
            lambda d: next(
                p for p in d["paths"]["/api/matters/"]["get"]["parameters"] if p["name"] == "state"
            )["schema"]["enum"].remove("late"),
            "may not be said any more",
        ),
    ],
)  # fmt: skip
def test_taking_something_away_is_noticed(change, says):
    found = changed(change)
    assert any(says in one for one in found), found


def test_adding_something_takes_nothing_away():
    def change(document):
        document["paths"]["/api/new/"] = document["paths"]["/api/me/"]
        row = document["components"]["schemas"]["MatterRow"]
        row["properties"]["colour"] = {"type": "string"}
        row["required"].append("colour")
        asked = document["components"]["schemas"]["Opening"]
        asked["properties"]["colour"] = {"type": "string"}

    assert changed(change) == []


def test_answers_are_as_described(world, program):
    receipt = inquiry(world, "proposed")
    head = program("head")
    asked = {
        "/api/matters/": "/api/matters/",
        "/api/matters/{ref}/": f"/api/matters/{receipt.ref}/",
        "/api/matters/{ref}/actions/": f"/api/matters/{receipt.ref}/actions/",
        "/api/matters/{ref}/timeline/": f"/api/matters/{receipt.ref}/timeline/",
        "/api/desk/": "/api/desk/",
        "/api/me/": "/api/me/",
        "/api/bodies/": "/api/bodies/",
        "/api/procedures/": "/api/procedures/",
    }
    for described, path in asked.items():
        answer = head.get(path)
        content = LIVING["paths"][described]["get"]["responses"]["200"]["content"]
        _holds(content["application/json"]["schema"], answer.json(), described)
    for path in ("/api/matters/XX-1/", "/api/matters/?size=0"):
        answer = head.get(path)
        _holds({"$ref": "#/components/schemas/Problem"}, answer.json(), path)
    late = program("keeper").post(f"/api/matters/{receipt.ref}/note/", {"version": 1, "text": "x"})
    assert late.json()["changes"]
    _holds({"$ref": "#/components/schemas/Problem"}, late.json(), "conflict")


def _holds(schema, answer, place):
    validator = Draft202012Validator({**schema, "components": LIVING["components"]})
    assert [error.message for error in validator.iter_errors(answer)] == [], place


def test_the_description_is_served_and_every_form_is_a_json_schema(world, program):
    served = program("head").get("/api/openapi.json")
    assert served.json() == LIVING
    ref = inquiry(world).ref
    for one in program("keeper").get(f"/api/matters/{ref}/actions/").json()["actions"]:
        if one["input"]:
            Draft202012Validator.check_schema(one["input"])
    assert rulebook.current().procedures
