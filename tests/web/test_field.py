"""Writing down on the spot: once however often it is sent, and sealed while a phone keeps it."""

from __future__ import annotations

import base64
import json
import os
import re
import uuid
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils import timezone

from paizhu.casework import on_the_spot, rulebook
from paizhu.casework.models import Matter
from paizhu.ledger.models import Entry
from paizhu.web import sealing
from tests import world as worlds
from tests.desk.test_pages_by_role import body
from tests.world import take

NATIONAL = worlds.ROOT / "packs" / "cn-discipline"
SECRET = "验收单由一人代签"


@pytest.fixture
def national(world, settings, tmp_path):
    """The national rules over the small institution."""
    settings.PAIZHU_PACKS = [NATIONAL]
    settings.PAIZHU_DATA = tmp_path
    rulebook.forget()
    world.today = timezone.localdate()  # the pages know no other day
    return world


def said(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def filled(world, **changes: str) -> dict[str, str]:
    return {
        "do": "field_activity.note_on_the_spot.WJ", "f.kind": "talk", "f.topic": "采购人员谈话",
        "f.unit": f"body:{body(world, 'YY')}", "f.who_went": "两名干部", "f.seen": SECRET,
        "f.held_date": str(world.today), **changes,
    }  # fmt: skip


def sealed(given: dict[str, str], *, person: int, key: str) -> str:
    """Do in Python what the page does in the browser."""
    point = base64.b64decode(sealing.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    ours = ec.generate_private_key(ec.SECP256R1())
    secret = ours.exchange(ec.ECDH(), theirs)
    derived = HKDF(hashes.SHA256(), 32, salt=b"", info=sealing.INFO).derive(secret)
    nonce = os.urandom(12)
    words = AESGCM(derived).encrypt(nonce, urlencode(given).encode(), sealing.bound(person, key))
    mine = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    parts = {"point": mine, "nonce": nonce, "sealed": words}
    return json.dumps({name: base64.b64encode(part).decode() for name, part in parts.items()})


def a_key() -> str:
    return str(uuid.uuid4())


def test_it_works_as_an_ordinary_form(national, as_):
    client = as_("one")
    page = client.get("/field/")
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
    assert 'type="date" value="' in page.content.decode(), "today stands there already"
    answer = client.post("/field/", {**filled(national), "key": key})
    matter = Matter.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/matters/{matter.ref}/"
    assert (matter.procedure, matter.stage) == ("field_activity", "held")
    again = client.post("/field/", {**filled(national), "key": key})
    assert again["Location"] == answer["Location"]
    assert Matter.objects.count() == 1
    assert "没有重复登记" in said(client.get(again["Location"]))


def test_what_the_packs_mean_for_a_phone_is_offered_first(national):
    offers = on_the_spot.offers(national.who("one"), on=national.today)
    assert offers[0].action == "note_on_the_spot"
    assert offers[0].is_first
    assert {"plan_it"} <= {offer.action for offer in offers}
    assert not any(offer.is_first for offer in offers[1:])
    assert on_the_spot.offers(national.who("liaison"), on=national.today) == ()


def test_something_else_can_be_recorded(national, as_):
    page = as_("one").get("/field/?do=field_activity.plan_it.WJ").content.decode()
    assert "f.plan" in page
    assert as_("one").get("/field/?do=clue.register.WJ").status_code == 404


def test_what_is_wrong_is_said_beside_what_was_typed(national, as_):
    answer = as_("one").post("/field/", {**filled(national), "f.seen": "", "key": a_key()})
    assert answer.status_code == 422
    assert "采购人员谈话" in answer.content.decode()
    assert Matter.objects.count() == 0
    assert as_("one").post("/field/", filled(national)).status_code == 422


def test_a_sealed_record_sent_twice_opens_one_matter(national, as_):
    client, key = as_("one"), a_key()
    envelope = sealed(filled(national), person=national.people["one"].pk, key=key)
    assert SECRET not in envelope
    first, second = (
        client.post("/field/send/", {"envelope": envelope, "key": key}) for _ in range(2)
    )
    ref = Matter.objects.get().ref
    assert first.json() == second.json() == {
        "state": "sent", "ref": ref, "url": f"/matters/{ref}/",
    }  # fmt: skip
    assert Entry.objects.filter(matter=ref).count() == 1


def test_the_same_key_of_two_persons_is_two_records(national, as_):
    key = a_key()
    for name in ("one", "two"):
        envelope = sealed(filled(national), person=national.people[name].pk, key=key)
        answer = as_(name).post("/field/send/", {"envelope": envelope, "key": key})
        assert answer.json()["state"] == "sent"
    assert Matter.objects.count() == 2


def test_nobody_else_opens_what_a_phone_keeps(national, as_):
    key = a_key()
    envelope = sealed(filled(national), person=national.people["one"].pk, key=key)
    others = [
        as_("two").post("/field/send/", {"envelope": envelope, "key": key}),
        as_("one").post("/field/send/", {"envelope": envelope, "key": a_key()}),
        as_("one").post("/field/send/", {"envelope": envelope[:-9] + '"}', "key": key}),
        as_("one").post("/field/send/", {"envelope": "[]", "key": key}),
        as_("one").post("/field/send/", {"envelope": "x" * 300_000, "key": key}),
        as_("one").post("/field/send/", {"envelope": envelope, "key": "short"}),
    ]
    assert [answer.status_code for answer in others] == [422] * len(others)
    assert all(answer.json()["state"] == "conflict" for answer in others)
    assert all(SECRET not in answer.content.decode() for answer in others)
    assert Matter.objects.count() == 0


def test_what_was_not_taken_is_opened_and_mended(national, as_):
    client, key = as_("one"), a_key()
    wrong = {**filled(national), "f.seen": ""}
    envelope = sealed(wrong, person=national.people["one"].pk, key=key)
    refused = client.post("/field/send/", {"envelope": envelope, "key": key})
    assert refused.json()["state"] == "conflict"
    page = client.post("/field/", {"envelope": envelope, "key": key, "mend": "1"})
    assert page.status_code == 200
    assert "采购人员谈话" in page.content.decode()
    assert f'name="key" value="{key}"' in page.content.decode()
    client.post("/field/", {**filled(national), "key": key})
    sent = client.post("/field/send/", {"envelope": envelope, "key": key})
    assert sent.json()["ref"] == Matter.objects.get().ref, "the phone learns that it arrived"


def test_whoever_lost_sight_of_it_is_told_no_number(national, as_):
    client, key = as_("one"), a_key()
    client.post("/field/", {**filled(national), "key": key})
    ref = Matter.objects.get().ref
    card = national.card("head", ref)
    worlds.desk.recuse(
        actor=national.who("leader"), ref=ref, person=national.key("one"), reasons="亲属",
        version=card.version, now=national.now(),
    )  # fmt: skip
    envelope = sealed(filled(national), person=national.people["one"].pk, key=key)
    answer = client.post("/field/send/", {"envelope": envelope, "key": key})
    assert answer.json() == {"state": "sent", "ref": "", "url": "/field/"}


def test_what_the_browser_keeps_of_the_page_names_no_person_and_no_matter(national, as_):
    client = as_("one")
    client.post("/field/", {**filled(national), "key": a_key()})
    client.get("/field/")  # the line about it is said once
    page = client.get("/field/").content.decode()
    assert "周经办" not in page
    assert Matter.objects.get().ref not in page
    assert SECRET not in page


def test_the_worker_and_the_line_are_there_for_those_signed_in(national, as_, client):
    assert as_("one").get("/field/worker.js")["Content-Type"].startswith("text/javascript")
    found = as_("one").get("/field/ready/").json()
    assert found["person"] == national.people["one"].pk
    assert found["csrf"]
    assert client.get("/field/ready/").status_code == 302


@pytest.mark.parametrize("name", ["liaison", "leader"])
def test_whoever_records_nothing_on_the_spot_has_no_such_page(national, as_, name):
    assert as_(name).get("/field/").status_code == 404


def test_the_note_goes_on_as_any_visit(national, as_):
    as_("one").post("/field/", {**filled(national), "key": a_key()})
    ref = Matter.objects.get().ref
    take(
        national, "one", ref, "record_finding", way=["talks"], looked_at="验收单三十份", seen=SECRET,
        result="finding", found="验收代签", found_date=str(national.today),
    )  # fmt: skip
    assert national.card("one", ref).stage == "following"
