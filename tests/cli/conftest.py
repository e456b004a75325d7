"""The real command, over a small demonstration made once for all tests here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.warm import PATIENCE, Warm

COMMAND = Path(sys.executable).with_name("paizhu")
SCALE = "0.05"
#: What a shell would not have set. The packs in use stay those of the test run.
OURS = {"PAIZHU_DATA", "PAIZHU_DATABASE_URL", "PAIZHU_DEMO", "PAIZHU_AS", "DJANGO_SETTINGS_MODULE"}


@dataclass(frozen=True)
class Done:
    """What one use of the command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


#: One server for all tests of this process, and the verbs that began from nothing at least once.
_warm: list[Warm] = []
_begun: set[tuple[str, ...]] = set()
#: Coverage counts processes that it saw begin.
IS_COUNTED = "COVERAGE_PROCESS_START" in os.environ or "COVERAGE_PROCESS_CONFIG" in os.environ


def run(*words: object, env: dict[str, str] | None = None, lang: str = "en_US.UTF-8") -> Done:
    """Use the command as from a shell: each verb first from nothing, then from a warm start."""
    kept = {k: v for k, v in os.environ.items() if k not in OURS}
    given, env = [str(word) for word in words], {**kept, "LANG": lang, **(env or {})}
    verb = tuple(word for word in given if word.isalpha())[:2]
    done = _from_nothing(given, env) if IS_COUNTED or verb not in _begun else _from_warm(given, env)
    _begun.add(verb)
    assert "Traceback" not in done.err, done.err
    return done


def _from_nothing(words: list[str], env: dict[str, str]) -> Done:
    done = subprocess.run(
        [COMMAND, *words], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def _from_warm(words: list[str], env: dict[str, str]) -> Done:
    if not _warm:
        _warm.append(Warm())
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = _warm[0].run(words, env=env, out=out, err=err)
        return Done(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@pytest.fixture(autouse=True, scope="session")
def _warm_ends() -> Iterator[None]:
    yield
    while _warm:
        _warm.pop().end()


@dataclass(frozen=True)
class Installation:
    """A data folder, and on PostgreSQL a database of its own."""

    data: Path
    env: dict[str, str]

    def run(self, *words: object, lang: str = "en_US.UTF-8") -> Done:
        return run("--data", self.data, *words, env=self.env, lang=lang)


def _database(name: str) -> dict[str, str]:
    """Give an address of an empty database, when the tests run on PostgreSQL."""
    address = os.environ.get("PAIZHU_DATABASE_URL")
    if not address:
        return {}
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    place, _, query = address.partition("?")
    return {"PAIZHU_DATABASE_URL": f"{place.rpartition('/')[0]}/{name}?{query}"}


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A small demonstration, made by the command itself."""
    made = Installation(tmp_path_factory.mktemp("cli") / "data", _database(f"cli_{os.getpid()}"))
    done = made.run("demo", "--no-serve", "--scale", SCALE, "--months", "6")
    assert done.code == 0, done.out + done.err
    return made
