"""Whatever is sent, the answer is one of those described: never a fault, never a page."""

from __future__ import annotations

import json
from urllib.parse import quote

from scripts import openapi
from tests.world import inquiry

LIVING = openapi.living()
ODD = [
    "",
    "0",
    "-1",
    "9" * 30,
    "'",
    "%00",
    "\0",
    "天",
    "../me",
    "a b",
    "x" * 300,
    "\u202e",
    "{}",
    "1e9",
]
BODIES: list[object] = [
    None, [], "x", 7, {}, {"version": 10**30}, {"version": -1, "text": "\0"},
    {"version": 1, "values": []}, {"version": 1, "values": {"summary": {"a": [1]}, "seats": {"a": 1}}},
    {"version": 1, "values": {"summary": "\ud800"}}, {"version": 1, "reasons": "\ud800"},
    {"version": 1, "text": "\ud800"}, {"version": 1, "role": "\0", "persons": ["\0", "person:1"]},
    {"version": 1, "role": "head", "person": "person:" + "9" * 30, "reasons": "x"},
    {"version": 1, "field": "summary", "value": "\ud800", "reasons": "x"},
    {"version": 1, "field": "summary", "value": {"a": []}, "reasons": "x"},
    {"procedure": "inquiry", "body": "WJ", "values": {"summary": "\ud800", "source": ["a"]}},
    {"procedure": "\0", "body": "\ud800"}, {"procedure": "inquiry", "body": "WJ", "action": "\0"},
    {"ids": [10**30, -1]}, {"ids": ["x"]},
]  # fmt: skip


def paths(method: str) -> list[tuple[str, dict]]:
    return [(path, found[method]) for path, found in LIVING["paths"].items() if method in found]


def filled(path: str, ref: str, word: str) -> str:
    """Put an odd word in every place, or in every place but that of the matter."""
    place = quote(word, safe="") or "-"
    for name in (
        "action",
        "proposal",
        "clock",
        "procedure",
        "body",
        "name",
        "period",
        "number",
        "cell",
    ):
        path = path.replace(f"{{{name}}}", place)
    return path.replace("{ref}", ref)


def check(answer, operation, told) -> None:
    # An address that no longer matches a described one, or one of a wrong kind, is not there.
    allowed = {int(code) for code in operation["responses"]} | {404, 405}
    assert answer.status_code in allowed, (told, answer.status_code, answer.content.decode()[:300])
    assert answer.status_code < 500, told
    kind = answer["Content-Type"].partition(";")[0]
    if answer.status_code >= 400:
        assert kind == "application/problem+json", told
        assert set(answer.json()) >= {"type", "title", "status", "detail", "errors"}, told


def test_odd_questions_are_answered(world, program):
    ref = inquiry(world, "proposed").ref
    head = program("head")
    for path, operation in paths("get"):
        for word in ODD:
            for matter in (ref, quote(word, safe="") or "-"):
                place = filled(path, matter, word)
                check(head.get(place), operation, place)
            names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            if names:
                asked = dict.fromkeys(names, word)
                check(head.get(filled(path, ref, "1"), **asked), operation, (path, asked))


def test_odd_things_that_are_sent_are_refused(world, program):
    receipt = inquiry(world, "proposed")
    keeper = program("keeper")
    for path, operation in paths("post"):
        place = path.replace("{proposal}", str(receipt.proposal)).replace("{action}", "hand_over")
        place = filled(place, receipt.ref, "x")
        for body in BODIES:
            is_object = isinstance(body, dict)
            for one in (body, {**body, "version": receipt.version}) if is_object else (body,):
                check(keeper.post(place, json.dumps(one)), operation, (place, one))
        for raw in ("", "{", "\x00", '{"version": NaN}', "[" * 3000):
            check(keeper.post(place, raw), operation, (place, raw[:20]))
