"""Refusal 4: rows of a source past its day come out of no door: page, file, program, command, dossier.

What a question to the unit had named before that day stands in its matter: it is what was asked.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from paizhu.analysis import flags, sources, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Flag, Source
from paizhu.api.description import described
from paizhu.api.urls import api
from paizhu.casework import rulebook
from paizhu.cli.main import app
from paizhu.registry import tokens
from paizhu.registry.models import Account
from tests import world as worlds
from tests.analysis.conftest import purchase, write_csv
from tests.crawling import Crawl, get
from tests.web.test_flags import MEASURE, raise_a_flag

#: Stands in rows of the book that a flag rests on, and nowhere else.
IN_ROWS = ("HT-00100", "HT-00101", "380,001.00", "380001", "医用耗材")
#: Those who supervise the unit, and the unit's own liaison.
PEOPLE = ("one", "head", "liaison")


@pytest.fixture
def flagged(world: worlds.World, settings: Any, tmp_path: Path) -> Iterator[Flag]:
    yield raise_a_flag(world, settings, tmp_path)
    rulebook.forget()


def pass_the_day() -> None:
    Source.objects.update(expires_date=timezone.localdate() - timedelta(days=1))


def asked(world: worlds.World, flag: Flag) -> str:
    """Put the flag to the unit; give the matter."""
    flags.ask(flag.pk, actor=world.who("one"), raw={"unit_signs": "no"}, now=timezone.now())
    flag.refresh_from_db()
    return flag.matter


def rows_in(text: str) -> list[str]:
    return [row for row in IN_ROWS if row in text]


# --- the doors ----------------------------------------------------------------------------------


def account_of(world: worlds.World, name: str) -> Account:
    return Account.objects.filter(username=name).first() or worlds.account(world, name)


def on_pages(world: worlds.World, name: str) -> Iterator[tuple[str, str]]:
    """Give every page and file that links lead a person to, one of each kind, with what it says."""
    client = Client()
    client.force_login(account_of(world, name))
    for page in Crawl().follow(client, name):
        answer, _, _ = get(client, page.path)
        yield page.path, _words(answer.getvalue())


def _words(content: bytes) -> str:
    """Give the words of a page, or of a workbook."""
    if not zipfile.is_zipfile(BytesIO(content)):
        return content.decode(errors="replace")
    with zipfile.ZipFile(BytesIO(content)) as book:
        return "\n".join(book.read(part).decode(errors="replace") for part in book.namelist())


def by_program(world: worlds.World, name: str, ref: str) -> Iterator[tuple[str, str]]:
    """Give what every address for programs answers that asks for nothing but a matter."""
    now = timezone.now()
    _, secret = tokens.issue(
        account_of(world, name), name="test", scopes=tuple(tokens.SCOPES),
        expires_at=now + timedelta(days=1), now=now,
    )  # fmt: skip
    places = [place.replace("{ref}", ref) for place, methods in described(api, "/api/")["paths"].items()
              if "get" in methods]  # fmt: skip
    for place in places:
        if "{" not in place:
            answer = Client().get(place, headers={"Authorization": f"Bearer {secret}"})
            yield place, answer.content.decode()


def by_command(name: str, ref: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give what each command says that reads matters, measures or books."""
    book = write_csv(folder.parent / "again.csv", [purchase(1)])
    for words in (
        ("matters", "list"), ("matters", "show", ref), ("matters", "access", ref),
        ("matters", "actions", ref), ("matters", "waiting"),
        ("measures", "list"), ("measures", "show", MEASURE), ("measures", "run", MEASURE),
        ("measures", "run", MEASURE, "--source", "yy-purchases"), ("returns", "list"),
        ("import", "purchases", str(book), "--source", "yy-purchases", "--dry-run"),
    ):  # fmt: skip
        for way in ((), ("--json",)):
            given = [*words, *way, "--data", str(folder), "--as", name]
            yield " ".join(given), CliRunner().invoke(app, given).output


def in_dossier(name: str, ref: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give every file of the dossier of a matter."""
    out = folder.parent / f"dossier-{name}-{timezone.now().timestamp()}"
    done = CliRunner().invoke(
        app, ["dossier", ref, "--out", str(out), "--data", str(folder), "--as", name]
    )
    assert done.exit_code == 0, done.output
    for file in sorted(out.rglob("*")):
        if file.is_file():
            yield str(file), file.read_bytes().decode(errors="replace")


def doors(world: worlds.World, name: str, ref: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give everything a person can have shown, by where."""
    (folder / "paizhu.sqlite3").touch()  # the database is the one of the tests
    yield from on_pages(world, name)
    yield from by_program(world, name, ref)
    yield from by_command(name, ref, folder)
    yield from in_dossier(name, ref, folder)


@pytest.fixture
def folder(flagged: Flag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIZHU_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_4_an_expired_source_gives_no_rows_through_any_door(
    world: worlds.World, flagged: Flag, folder: Path
) -> None:
    pass_the_day()
    ref = asked(world, flagged)
    shown = 0
    for name in PEOPLE:
        for place, text in doors(world, name, ref, folder):
            assert not rows_in(text), (name, place)
            shown += flagged.subject in text
    assert shown > 4, "the flag itself, and the question, are still there to be read"


def test_the_same_doors_show_the_rows_while_the_source_lasts(
    world: worlds.World, flagged: Flag, folder: Path
) -> None:
    """Else the test above would pass whatever they show; and what was asked stays asked."""
    ref = asked(world, flagged)
    (folder / "paizhu.sqlite3").touch()
    for said in (on_pages(world, "one"), by_program(world, "one", ref), in_dossier("one", ref, folder)):  # fmt: skip
        assert any(rows_in(text) for _, text in said)
    commands = dict(by_command("one", ref, folder))
    assert any(
        rows_in(text) for place, text in commands.items() if place.startswith("matters show")
    )
    runs = [text for place, text in commands.items() if place.startswith("measures run") and "--json" in place]  # fmt: skip
    assert all(json.loads(text)[0]["rows"] == 43 for text in runs)
    pass_the_day()
    assert any(rows_in(text) for _, text in in_dossier("one", ref, folder))


def test_nothing_of_an_expired_source_stays_on_the_disk(
    world: worlds.World, flagged: Flag, folder: Path
) -> None:
    """Neither its rows, nor the parts of an import that was killed, nor what memory had no room for."""
    (stored,) = folder.rglob("*.parquet")
    long_ago = (timezone.now() - timedelta(days=2)).timestamp()
    for left in (".parts/killed/00000.parquet", ".spill/duckdb_temp_1_0_storage_DEFAULT-0.tmp"):
        place = store.folder() / left
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(stored.read_bytes())
        for one in (place, place.parent):
            os.utime(one, (long_ago, long_ago))
    sources.remove_expired(now=timezone.now())
    assert [one for one in folder.rglob("*") if one.is_file()] == [stored]
    pass_the_day()
    assert sources.remove_expired(now=timezone.now()) == 1
    assert not [one for one in folder.rglob("*") if one.is_file()]


def test_whoever_hands_an_expired_source_in_gets_a_table_without_rows(flagged: Flag) -> None:
    """Every reader of rows goes through here, the cluster too."""
    mine, today = list(Source.objects.all()), timezone.localdate()
    assert store.loads_of(mine, today)
    pass_the_day()
    assert store.loads_of(mine, today) == []
    with store.connect(mine, tables=tables().values(), on=today) as connection:
        for view in ("purchases", "_now_purchases", "_every_purchases"):
            assert connection.execute(f'SELECT count(*) FROM "{view}"').fetchone() == (0,)
