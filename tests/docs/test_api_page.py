"""Every command on the page about programs does what the page says, in the order it stands there."""

from __future__ import annotations

import itertools
import json
import re
import shlex
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client, override_settings
from typer.testing import CliRunner

from paizhu.casework import rulebook
from paizhu.cli.main import app
from tests import replay

PAGES = ("api.md", "api.zh-CN.md")
LINE = re.compile(
    r"(?:(?P<name>[A-Z]+)=\$\()?(?P<words>(?:curl|paizhu) .*?)"
    r"(?: \| jq -r \.(?P<key>\w+))?(?(name)\))(?: # (?P<status>\d+))?"
)


def commands(page: str) -> list[str]:
    text = (replay.ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return [
        line for block in re.findall(r"```sh\n(.*?)```", text, re.S) for line in block.splitlines()
    ]


@pytest.fixture
def place(db, tmp_path, monkeypatch) -> Iterator[None]:
    (tmp_path / "paizhu.sqlite3").touch()  # the database is the one of the tests
    monkeypatch.setenv("PAIZHU_DATA", str(tmp_path))
    with override_settings(PAIZHU_PACKS=[replay.PACK]), transaction.atomic():
        rulebook.forget()
        yield replay.peopled()
    rulebook.forget()


def curl(words: list[str]) -> tuple[int, str]:
    """Ask as the words say: -H and -d, and an address."""
    headers, data, url = {}, None, ""
    for before, word in itertools.pairwise(words):
        if before == "-H":
            name, value = word.split(": ", 1)
            headers[name] = value
        elif before == "-d":
            data = word
        elif word.startswith("http"):
            url = word.removeprefix("http://testserver")
    client = Client(enforce_csrf_checks=True)
    kind = headers.pop("Content-Type", "")
    if data is None:
        answer = client.get(url, headers=headers)
    else:
        answer = client.post(url, data, content_type=kind, headers=headers)
    return answer.status_code, answer.content.decode()


def typed(words: list[str]) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (words, done.output)
    return done.stdout.strip()


def test_every_command_does_what_the_page_says(place):
    known = {"PAIZHU": "http://testserver"}
    for line in commands(PAGES[0]):
        found = LINE.fullmatch(line)
        assert found, line
        told = re.sub(r"\$([A-Z]+)", lambda one: known[one[1]], found["words"])
        words = shlex.split(told)
        if words[0] == "paizhu":
            said = typed(words[1:])
        else:
            status, said = curl(words)
            assert status in ([int(found["status"])] if found["status"] else [200, 201]), (
                line,
                said,
            )
        if found["name"]:
            known[found["name"]] = str(json.loads(said)[found["key"]]) if found["key"] else said
    assert json.loads(said)["stage"] == "withdrawn"


def test_both_languages_show_the_same_commands():
    assert commands(PAGES[0]) == commands(PAGES[1]) != []
