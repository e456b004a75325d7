"""The real command, over a small demonstration made once for all tests here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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


def run(*words: object, env: dict[str, str] | None = None, lang: str = "en_US.UTF-8") -> Done:
    """Use the command as from a shell."""
    kept = {k: v for k, v in os.environ.items() if k not in OURS}
    done = subprocess.run(
        [COMMAND, *map(str, words)],
        env={**kept, "LANG": lang, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


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
