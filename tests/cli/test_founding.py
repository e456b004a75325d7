"""`paizhu found`: from an empty folder to people who sign in, as from a shell."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode, urljoin

import pytest

from tests.cli.conftest import OURS, Installation, _database

WAIT = 60
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "founding.yaml"
PASSWORD = "quiet river stones"
#: Shaped like a number of an identity card, and nobody's.
IDENTITY = "110101" + "19900101" + "1234"
LINK = re.compile(r"^  (\S+)  .+  (https?://\S+/welcome/[\w-]+/)$", re.MULTILINE)


@pytest.fixture(scope="module")
def founded(tmp_path_factory) -> tuple[Installation, dict[str, str]]:
    """The example, founded once; gives the links that were printed, by account."""
    made = Installation(
        tmp_path_factory.mktemp("found") / "data", _database(f"found_{os.getpid()}")
    )
    done = made.run("found", EXAMPLE)
    assert done.code == 0, done.err
    assert "8 bodies" in done.out
    assert "shown this once" in done.out
    return made, dict(LINK.findall(done.out))


@contextmanager
def served(installation: Installation) -> Iterator[str]:
    """Serve the pages; give their address."""
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "paizhu.cli.main", "serve", "--port", "0", "--lang", "en"),
            *("--data", str(installation.data)),
        ],
        env={**kept, **installation.env}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        yield re.findall(r"http://\S+/", process.stdout.readline())[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=WAIT)
        process.stdout.close()


class Visitor:
    """Somebody with a browser that keeps its cookies."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.page = ""

    def get(self, address: str) -> int:
        return self._ask(urllib.request.Request(address))

    def send(self, address: str, **fields: str) -> int:
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)[0]
        data = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self._ask(urllib.request.Request(address, data, {"Referer": address}))

    def _ask(self, request: urllib.request.Request) -> int:
        try:
            with self.opener.open(request, timeout=WAIT) as answer:
                self.page, self.at = answer.read().decode(), answer.geturl()
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code


def test_the_printed_link_lets_its_owner_in_once(founded):
    installation, links = founded
    assert len(links) == 24
    with served(installation) as address:
        keeper, head = Visitor(), Visitor()
        path = re.sub(r"^https?://[^/]+/", "", links["jian.lingyi"])
        welcome = urljoin(address, path)
        assert keeper.get(welcome) == 200
        assert "简令仪" in keeper.page
        assert keeper.send(welcome, new=PASSWORD, again=PASSWORD) == 200
        assert keeper.at == address
        assert keeper.get(f"{address}matters/") == 200
        assert head.get(welcome) == 404
        assert head.get(f"{address}sign-in/") == 200
        head.send(f"{address}sign-in/", account="jian.lingyi", password=PASSWORD)
        assert head.get(f"{address}matters/") == 200
        security = Visitor()
        welcome = urljoin(address, re.sub(r"^https?://[^/]+/", "", links["kang.jingyan"]))
        security.get(welcome)
        security.send(welcome, new=PASSWORD, again=PASSWORD)
        assert security.get(f"{address}administration/security/") == 200
        assert security.get(f"{address}administration/audit/") == 404


def test_the_first_matter_can_be_opened_and_the_book_holds(founded):
    installation, _ = founded
    opened = installation.run(
        "matters", "open", "question", "--as", "lu.tinglan", "--with", "unit=H01",
        "--with", "origin=supervision", "--with", "seen=Three purchases just below the limit",
        "--with", "asks=Why were they not put together?", "--with", "unit_signs:=false",
    )  # fmt: skip
    assert opened.code == 0, opened.err
    assert installation.run("verify", "--json").json["good"]
    assert installation.run("rebuild", "--check", "--json").json["good"]


def test_founding_again_is_refused_in_both_languages(founded):
    installation, _ = founded
    again = installation.run("found", EXAMPLE, "--json")
    assert (again.code, set(again.json)) == (2, {"error"})
    said = again.json["error"]["say"]
    assert "nothing was founded or changed" in said["en"]
    assert "不能再次建立，未作任何改动" in said["zh"]


def test_a_dry_run_makes_nothing(tmp_path):
    installation = Installation(tmp_path / "data", {})
    done = installation.run("found", EXAMPLE, "--dry-run")
    assert (done.code, "nothing was stored" in done.out) == (0, True)
    assert "/welcome/" not in done.out
    assert not installation.data.exists()


def test_a_mistake_leaves_nothing_behind_and_the_mended_file_founds(tmp_path):
    installation, file = Installation(tmp_path / "data", {}), tmp_path / "f.yaml"
    text = EXAMPLE.read_text(encoding="utf-8")
    wrong = text.replace("post: head, at: WJ", "post: haed, at: WJ").replace("code: YT001", f"code: {IDENTITY}")  # fmt: skip
    file.write_text(wrong, encoding="utf-8")
    done = installation.run("found", file, "--json")
    assert (done.code, list(done.json)) == (1, ["error"])
    places = [(one["key"], one["line"]) for one in done.json["error"]["mistakes"]]
    lines = wrong.splitlines()
    assert [key for key, _ in places] == ["persons.0.code", "persons.7.holds.0.post"]
    assert ["110101" in lines[places[0][1] - 1], "haed" in lines[places[1][1] - 1]] == [True, True]
    assert IDENTITY not in done.out
    assert not installation.data.exists()
    file.write_text(text.replace("post: section_head,", "post: officer,"), encoding="utf-8")
    address = "https://paizhu.example.org/team"
    mended = installation.run("found", file, "--address", address, "--json")
    assert mended.code == 0, mended.err
    assert [one["key"] for one in mended.json["warnings"]] == ["persons"]
    assert "section_head" in mended.json["warnings"][0]["say"]["en"]
    links = mended.json["links"]
    assert len(links) == mended.json["founded"]["persons"] - 1 == 24
    assert all(one["link"].startswith(f"{address}/welcome/") for one in links)
    with sqlite3.connect(installation.data / "paizhu.sqlite3") as database:
        dump = "\n".join(database.iterdump())
    assert not [one for one in links if one["link"].split("/")[-2] in dump]


def test_what_cannot_be_used_is_said(tmp_path):
    installation = Installation(tmp_path / "data", {})
    assert "Cannot read" in installation.run("found", tmp_path / "none.yaml").err
    wrong = installation.run("found", EXAMPLE, "--address", "localhost", "--json")
    assert (wrong.code, list(wrong.json["error"]["fields"])) == (2, ["--address"])
    assert not installation.data.exists()


def test_a_folder_that_was_served_first_can_be_founded(tmp_path):
    """Whoever looked at the empty pages has begun the book, and nothing else."""
    installation = Installation(tmp_path / "data", {})
    with served(installation) as address, urllib.request.urlopen(address, timeout=WAIT) as page:
        assert page.status == 200
    assert installation.run("found", EXAMPLE, "--json").code == 0
    assert installation.run("verify").code == 0
