"""Programs act through the door: on a version, once, and with refusals they can read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from paizhu.registry.models import SentOnce
from tests import world as worlds
from tests.world import INQUIRY, inquiry, sign, take

OPENING = {"procedure": "inquiry", "body": "WJ", "values": INQUIRY}


def opened(program) -> dict:
    answer = program("keeper").post("/api/matters/", OPENING)
    assert answer.status_code == 201
    return answer.json()


def version(program, name, ref) -> int:
    return program(name).get(f"/api/matters/{ref}/").json()["version"]


def seats(world) -> list[str]:
    return [world.key("one"), world.key("two")]


def test_a_matter_is_opened_proposed_and_signed(world, program):
    receipt = opened(program)
    path = f"/api/matters/{receipt['ref']}/"
    asked = program("keeper").get(f"{path}actions/").json()
    (hand_over,) = [one for one in asked["actions"] if one["card"]["action"] == "hand_over"]
    assert "seats" in hand_over["input"]["required"]
    sent = {"version": asked["version"], "values": {"seats": seats(world)}}
    proposed = program("keeper").post(f"{path}actions/hand_over/", sent).json()
    (proposal,) = program("head").get(f"{path}actions/").json()["proposals"]
    assert (proposal["proposal"], proposal["may_approve"]) == (proposed["proposal"], True)
    signed = program("head").post(
        f"{path}proposals/{proposal['proposal']}/approve/", {"version": proposed["version"]}
    )
    assert signed.status_code == 200
    assert program("one").get(path).json()["stage"] == "triage"


def test_an_action_i_may_not_take_has_a_reason_and_no_form(world, program):
    ref = inquiry(world).ref
    asked = program("section_head").get(f"/api/matters/{ref}/actions/").json()
    refused = [one for one in asked["actions"] if not one["card"]["allowed"]]
    assert refused
    assert all(one["card"]["reason"]["en"] and one["input"] is None for one in refused)


@pytest.mark.parametrize(("verb", "name"), [("return", "head"), ("withdraw", "keeper")])
def test_a_proposal_goes_back_with_reasons(world, program, verb, name):
    receipt = inquiry(world, "proposed")
    path = f"/api/matters/{receipt.ref}/proposals/{receipt.proposal}/{verb}/"
    sent = {"version": receipt.version, "reasons": "  "}
    empty = program(name).post(path, sent)
    assert empty.status_code == 422
    assert [one["field"] for one in empty.json()["errors"]] == ["reasons"]
    assert program(name).post(path, {**sent, "reasons": "look again"}).status_code == 200
    assert program(name).get(f"/api/matters/{receipt.ref}/").json()["proposals"] == []


def test_standing_verbs_note_assign_recuse_and_correct(world, program):
    ref = inquiry(world, "triage").ref
    path = f"/api/matters/{ref}/"

    def sent(name, verb, **given):
        at = version(program, name, ref)
        answer = program(name).post(f"{path}{verb}/", {"version": at, **given})
        assert answer.status_code == 200, answer.content.decode()

    sent("head", "note", text="looked through")
    sent("section_head", "assign", role="handler", persons=[world.key("one"), world.key("three")])
    sent("head", "recuse", person=world.key("two"), reasons="a relative")
    sent("keeper", "correct", field="summary", value="written anew", reasons="a slip")
    assert program("two").get(path).status_code == 404
    assert "looked through" in str(program("head").get(f"{path}timeline/").json())
    assert "written anew" in str(program("keeper").get(path).json()["fields"])


def test_a_substitute_signs_where_nobody_else_may(world, program):
    receipt = inquiry(world, "proposed")
    path = f"/api/matters/{receipt.ref}/"
    sent = {"version": receipt.version, "person": world.key("head"), "reasons": "a friend"}
    gone = program("head").post(f"{path}recuse/", sent)
    assert gone.json()["ref"] == receipt.ref  # and nothing more: he may not know of it now
    assert program("head").get(path).status_code == 404
    leader = program("leader")
    card = leader.get(path).json()
    assert card["stuck"][0]["may_appoint"]
    sent = {"version": card["version"], "role": "head", "person": world.key("section_head")}
    answer = leader.post(f"{path}substitute/", {**sent, "reasons": "recused"})
    assert answer.status_code == 200, answer.content.decode()


def test_an_old_version_stores_nothing_and_says_what_changed(world, program):
    receipt = inquiry(world)
    take(world, "keeper", receipt.ref, "hand_over", seats=seats(world))
    path = f"/api/matters/{receipt.ref}/note/"
    answer = program("keeper").post(path, {"version": receipt.version, "text": "late"})
    said = answer.json()
    assert answer.status_code == 409
    assert said["type"] == "urn:paizhu:problem:conflict"
    assert said["version"] == receipt.version + 1
    assert [line["version"] for line in said["changes"]] == [receipt.version + 1]
    assert "late" not in program("keeper").get(f"/api/matters/{receipt.ref}/").content.decode()


def test_what_is_filled_in_wrongly_is_said_field_by_field(program):
    sent = {**OPENING, "values": {**INQUIRY, "received_date": "soon", "sourse": "x"}}
    for lang, word in (("en", "did you mean"), ("zh", "是否想写")):
        answer = program("keeper", lang=lang).post("/api/matters/", sent)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        errors = {one["field"]: one["detail"] for one in answer.json()["errors"]}
        assert set(errors) == {"received_date", "sourse"}
        assert word in errors["sourse"]


def test_a_request_of_the_wrong_shape_is_refused_place_by_place(world, program):
    ref = inquiry(world).ref
    answer = program("keeper").post(f"/api/matters/{ref}/note/", {"version": "new", "txt": "x"})
    assert answer.status_code == 422
    errors = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert errors["text"] == "This must be given."
    assert errors["txt"] == "There is no such item."
    assert errors["version"] == "This must be a whole number."
    assert program("keeper").post(f"/api/matters/{ref}/note/", "{").status_code == 400


def test_a_rule_that_says_no_is_named(program, world):
    sent = {**OPENING, "body": "JY"}
    answer = program("keeper").post("/api/matters/", sent)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:paizhu:problem:not-allowed"


def test_the_same_key_opens_one_matter_only(program):
    keeper = program("keeper")
    first = keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k1"})
    again = keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k1"})
    assert again.status_code == 201
    assert again.json() == first.json()
    other = keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k2"})
    assert other.json()["ref"] != first.json()["ref"]
    changed = {**OPENING, "values": {**INQUIRY, "summary": "else"}}
    refused = keeper.post("/api/matters/", changed, **{"Idempotency-Key": "k1"})
    assert refused.status_code == 422
    assert keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k" * 65}).status_code == 422


def test_what_was_refused_may_be_sent_again_under_its_key(program):
    keeper = program("keeper")
    sent = {**OPENING, "body": "JY"}
    for _ in range(2):
        answer = keeper.post("/api/matters/", sent, **{"Idempotency-Key": "k"})
        assert answer.status_code == 403


def test_a_request_whose_outcome_is_not_known_is_not_done_again(program):
    keeper = program("keeper")
    keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k"})
    SentOnce.objects.update(answer="")  # as when the process ended in between
    answer = keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k"})
    assert answer.status_code == 409
    assert "not known" in answer.json()["detail"]
    SentOnce.objects.update(at=datetime(2020, 1, 1, tzinfo=UTC))
    assert keeper.post("/api/matters/", OPENING, **{"Idempotency-Key": "k"}).status_code == 201


def test_hidden_and_unknown_matters_get_the_same_bytes_whatever_is_asked(world, program):
    receipt = inquiry(world, "proposed")
    stranger = program("other_head")
    acts = {
        "actions/hand_over/": {"values": {}}, "note/": {"text": "x"},
        "assign/": {"role": "handler", "persons": []},
        "recuse/": {"person": world.key("one"), "reasons": "x"},
        "substitute/": {"role": "head", "person": world.key("one"), "reasons": "x"},
        "correct/": {"field": "subject", "value": "x", "reasons": "x"},
        f"proposals/{receipt.proposal}/approve/": {},
        f"proposals/{receipt.proposal}/return/": {"reasons": "x"},
        f"proposals/{receipt.proposal}/withdraw/": {"reasons": "x"},
    }  # fmt: skip
    for path in ("", "timeline/", "access/", "clocks/take_in/", "hand-over/", "actions/"):
        pairs = [
            stranger.get(f"/api/matters/{ref}/{path}") for ref in (receipt.ref, "TX-WJ-2025-9999")
        ]
        _alike(*pairs, path)
    for path, given in acts.items():
        for at in (1, receipt.version):
            pairs = [
                stranger.post(f"/api/matters/{ref}/{path}", {"version": at, **given})
                for ref in (receipt.ref, "TX-WJ-2025-9999")
            ]
            _alike(*pairs, path)


def _alike(hidden, unknown, path):
    assert hidden.status_code == unknown.status_code == 404, (path, hidden.content.decode())
    assert hidden.content == unknown.content, path
    assert dict(hidden.items()) == dict(unknown.items()), path


def test_a_session_posts_with_its_token_against_forged_forms(world):
    ref = inquiry(world).ref
    client = Client(enforce_csrf_checks=True)
    client.force_login(worlds.account(world, "head"))
    sent = {"version": world.card("head", ref).version, "text": "by hand"}
    path = f"/api/matters/{ref}/note/"
    forged = client.post(path, sent, content_type="application/json")
    assert forged.status_code == 403
    assert forged["Content-Type"] == "application/problem+json"
    client.get("/")
    given = {"X-CSRFToken": client.cookies["csrftoken"].value}
    answer = client.post(path, sent, content_type="application/json", headers=given)
    assert answer.status_code == 200


def test_signing_works_for_whoever_the_rule_names_only(world, program):
    receipt = inquiry(world, "proposed")
    path = f"/api/matters/{receipt.ref}/proposals/{receipt.proposal}/approve/"
    refused = program("keeper").post(path, {"version": receipt.version})
    assert refused.status_code == 403
    sign(world, "head", receipt.ref)
    assert program("keeper").post(path, {"version": 99}).status_code == 409
