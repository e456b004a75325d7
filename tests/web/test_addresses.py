"""Every address says who may knock; what is hidden answers like what does not exist."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import world as worlds


def addresses(resolver: URLResolver | None = None) -> list[URLPattern]:
    found: list[URLPattern] = []
    for entry in (resolver or get_resolver()).url_patterns:
        found += addresses(entry) if isinstance(entry, URLResolver) else [entry]
    return found


def example(pattern: URLPattern) -> str:
    """Give a path that matches, with something in each place."""
    route = str(pattern.pattern)
    for kind, name in pattern.pattern.converters.items():
        given = "1" if type(name).__name__ == "IntConverter" else "nothing"
        for spelled in ("str", "slug", "int"):
            route = route.replace(f"<{spelled}:{kind}>", given)
    return f"/{route}"


def test_every_address_declares_its_policy():
    without = [str(p.pattern) for p in addresses() if not hasattr(p.callback, "policy")]
    assert without == []
    assert len(addresses()) >= 19


def test_only_a_few_addresses_are_open_to_everybody():
    public = {p.name for p in addresses() if p.callback.policy == "public"}
    assert public == {
        "sign_in", "second_step", "welcome", "sign_out", "language", "theme", "due_feed",
    }  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", [p.name for p in addresses()])
def test_without_signing_in_nothing_but_the_gate_is_shown(name):
    pattern = next(p for p in addresses() if p.name == name)
    if pattern.callback.policy == "public":
        return
    for method in ("get", "post"):
        answer = getattr(Client(), method)(example(pattern))
        gate = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
        assert gate or answer.status_code in (401, 404, 405), (name, method, answer.status_code)


def test_hidden_and_unknown_matters_get_the_same_bytes(world, as_):
    ref = worlds.inquiry(world).ref
    stranger = as_("other_head")
    for path in (
        "/matters/{}/", "/matters/{}/clocks/take_in/", "/matters/{}/access/", "/matters/{}/do/dispose/",
    ):  # fmt: skip
        hidden, unknown = (
            stranger.get(path.format(ref)),
            stranger.get(path.format("TX-WJ-2025-9999")),
        )
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.content == unknown.content
        assert dict(hidden.items()) == dict(unknown.items())


def test_acting_on_hidden_and_unknown_matters_gets_the_same_bytes(world, as_):
    ref = worlds.inquiry(world).ref
    stranger = as_("other_head")
    for verb in (
        "do/hand_over",
        "note",
        "assign",
        "recuse",
        "lift-recusal",
        "substitute",
        "proposals/1/sign",
    ):
        given = {"version": "1", "f.text": "x", "f.reasons": "x", "role": "handler"}
        hidden = stranger.post(f"/matters/{ref}/{verb}/", given)
        unknown = stranger.post(f"/matters/TX-WJ-2025-9999/{verb}/", given)
        assert hidden.status_code == unknown.status_code == 404, verb
        assert hidden.content == unknown.content


def test_an_address_that_does_not_exist_looks_like_a_matter_that_does_not(world, as_):
    client = as_("head")
    assert client.get("/nowhere/").content == client.get("/matters/TX-WJ-2025-9999/").content


def test_a_wrong_method_is_refused(as_):
    assert as_("head").get("/notices/read/").status_code == 405


def test_a_form_from_elsewhere_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(worlds.account(world, "head"))
    answer = client.post("/notices/read/", {"id": "1"})
    assert answer.status_code == 403
    assert "重新打开" in answer.content.decode()
