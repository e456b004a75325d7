"""Over the web a hidden matter and one that is not there are the same bytes, at every address."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests import world as worlds
from tests.world import inquiry

#: What may differ between any two answers.
MOMENT = {"Date", "Set-Cookie"}


def addresses() -> list[URLPattern]:
    found, left = [], list(get_resolver().url_patterns)
    while left:
        entry = left.pop()
        if isinstance(entry, URLPattern):
            found.append(entry)
        else:
            left += entry.url_patterns
    return [one for one in found if "ref" in one.pattern.converters]


def path(pattern: URLPattern, ref: str) -> str:
    route = str(pattern.pattern)
    given = {"ref": ref, "clock": "take_in", "action": "hand_over", "proposal": "2"}
    for name, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        for spelled in {kind, "str"}:
            route = route.replace(f"<{spelled}:{name}>", given.get(name, "1"))
    return f"/{route}"


def test_every_address_of_a_matter_is_tried():
    assert len(addresses()) >= 12
    assert not [path(one, "X") for one in addresses() if "<" in path(one, "X")]


@pytest.mark.parametrize("pattern", addresses(), ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["other_head", "liaison", "section_head"])
def test_hidden_and_unknown_are_the_same_bytes(world, pattern, name):
    ref = inquiry(world, subject=world.key("section_head")).ref
    account = worlds.account(world, name)
    client = Client()
    client.force_login(account)
    for method in ("get", "post"):
        given = {"version": "1", "f.reasons": "x", "f.text": "x", "role": "handler"}
        answers = []
        for asked in (ref, "TX-WJ-2025-9999"):
            data = given if method == "post" else {}
            response = getattr(client, method)(path(pattern, asked), data)
            headers = {k: v for k, v in response.items() if k not in MOMENT}
            body = response.content.replace(asked.encode(), b"REF")
            assert asked.encode() not in response.content or response.status_code == 405
            answers.append((response.status_code, headers, body))
        assert answers[0] == answers[1], (method, pattern.name)
        assert answers[0][0] in (404, 405)


def test_a_page_for_nobody_signed_in_tells_nothing_either(world, client):
    ref = inquiry(world).ref
    for pattern in addresses():
        seen = set()
        for asked in (ref, "TX-WJ-2025-9999"):
            response = client.get(path(pattern, asked))
            place = response.get("Location", "").replace(asked, "REF")
            seen.add((response.status_code, place))
        assert len(seen) == 1, pattern.name
