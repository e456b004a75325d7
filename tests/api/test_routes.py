"""Programs get the same declarations as the pages, and refusals they can read."""

from __future__ import annotations

import shutil

import pytest
from django.test import Client

from paizhu.casework import rulebook
from tests import world as worlds


@pytest.fixture
def client(db, settings):
    settings.PAIZHU_PACKS = worlds.PACKS
    rulebook.forget()
    found = Client()
    found.force_login(worlds.account(worlds.small_world(), "head"))
    yield found
    rulebook.forget()


def test_procedures_are_listed_with_their_actions(client):
    listed = client.get("/api/procedures/").json()["procedures"]
    inquiry = next(one for one in listed if one["procedure"] == "inquiry")
    assert inquiry["title"] == {"zh": "测试线索", "en": "Test inquiry"}
    assert inquiry["effective_from"] == "2025-06-01"
    assert {one["action"] for one in inquiry["actions"] if one["opens"]} == {"register"}


def test_each_action_says_what_it_asks_for(client):
    for procedure in client.get("/api/procedures/").json()["procedures"]:
        for action in procedure["actions"]:
            schema = client.get(action["schema"]).json()
            assert schema["$schema"].endswith("2020-12/schema")
            assert schema["type"] == "object"


@pytest.mark.parametrize(("lang", "title"), [("zh", "来源"), ("en", "Source")])
def test_a_schema_speaks_the_language_asked_for(client, lang, title):
    schema = client.get(f"/api/procedures/inquiry/actions/register/?lang={lang}").json()
    assert schema["properties"]["source"]["title"] == title
    assert "source" in schema["required"]


@pytest.mark.parametrize(("lang", "title"), [("zh", "需要登录"), ("en", "Sign in")])
def test_who_has_not_signed_in_is_told_so_in_their_language(client, lang, title):
    answer = Client().get("/api/procedures/", headers={"Accept-Language": lang})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer["Content-Language"] == lang
    assert answer.json()["title"] == title


@pytest.mark.parametrize("path", ["nothing/actions/register/", "inquiry/actions/nothing/"])
def test_what_does_not_exist_is_a_problem_that_names_it(client, path):
    answer = client.get(f"/api/procedures/{path}?lang=en")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert "nothing" in answer.json()["detail"]


def test_nothing_is_changed_here(client):
    answer = client.post("/api/procedures/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert answer["Content-Type"] == "application/problem+json"
    assert client.head("/api/procedures/").status_code == 200


def test_a_procedure_dropped_into_a_folder_is_served_without_a_change_of_code(
    client, settings, tmp_path
):
    pack = tmp_path / "spine"
    shutil.copytree(worlds.PACKS[0], pack)
    file = pack / "procedures" / "letter" / "2025-06-01.yaml"
    copy = pack / "procedures" / "memo" / "2025-06-01.yaml"
    copy.parent.mkdir()
    copy.write_text(
        file.read_text()
        .replace("procedure: letter", "procedure: memo", 1)
        .replace("TH-{body}", "BW-{body}")
    )
    settings.PAIZHU_PACKS = [pack]
    rulebook.forget()
    names = {one["procedure"] for one in client.get("/api/procedures/").json()["procedures"]}
    assert "memo" in names


def test_rules_that_do_not_load_are_a_problem_that_says_what_to_do(client, settings, tmp_path):
    (tmp_path / "pack.yaml").write_text("pack: [broken")
    settings.PAIZHU_PACKS = [tmp_path]
    rulebook.forget()
    answer = client.get("/api/procedures/?lang=en")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert "paizhu doctor" in answer.json()["detail"]
