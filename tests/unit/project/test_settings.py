"""One installation is settled by environment words."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from paizhu.project.database import database

ASK = """
import json
from paizhu.project import settings as s
print(json.dumps({name: str(getattr(s, name)) for name in dir(s) if name.isupper()}))
"""


def settings(folder: Path, **words: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env={"PAIZHU_DATA": str(folder), **words},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_the_secret_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    first = settings(tmp_path / "data")
    assert len(first["SECRET_KEY"]) == 64
    assert settings(tmp_path / "data")["SECRET_KEY"] == first["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600


def test_it_is_strict_unless_told_otherwise(tmp_path: Path) -> None:
    plain = settings(tmp_path)
    assert (plain["DEBUG"], plain["PAIZHU_DEMO"], plain["PAIZHU_HASH"]) == (
        "False",
        "False",
        "sha256",
    )
    assert "admin" not in plain["INSTALLED_APPS"]
    assert "Argon2" in plain["PASSWORD_HASHERS"].split(",")[0]
    assert plain["SESSION_COOKIE_SECURE"] == "False"
    behind = settings(tmp_path, PAIZHU_HTTPS="1", PAIZHU_HOSTS="a.example,b.example")
    assert behind["SESSION_COOKIE_SECURE"] == behind["CSRF_COOKIE_SECURE"] == "True"
    assert behind["ALLOWED_HOSTS"] == "['a.example', 'b.example']"


def test_pack_folders_are_given_as_in_path(tmp_path: Path) -> None:
    assert "cn-discipline" in settings(tmp_path)["PAIZHU_PACKS"]
    given = settings(tmp_path, PAIZHU_PACKS="/a:/b")["PAIZHU_PACKS"]
    assert "/a" in given
    assert "/b" in given


def test_without_an_address_the_tables_are_one_file_that_is_safe_from_a_power_cut() -> None:
    described = database("", Path("/data"))
    assert described["NAME"] == Path("/data/paizhu.sqlite3")
    assert "synchronous=FULL" in described["OPTIONS"]["init_command"]
    assert described["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_names_every_part_of_a_postgresql() -> None:
    described = database(
        "postgres://us%40er:p%2Fw@db.example:5433/pai?sslmode=require", Path("/data")
    )
    parts = {key: described[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    assert parts == {
        "NAME": "pai", "USER": "us@er", "PASSWORD": "p/w", "HOST": "db.example", "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "options": "-c jit=off"},
    }  # fmt: skip
    assert described["CONN_MAX_AGE"] == 60


def test_an_address_may_name_a_socket_folder() -> None:
    described = database("postgresql://me@/pai?host=/run/pg&port=6000", Path("/data"))
    assert (described["HOST"], described["PORT"]) == ("/run/pg", "6000")
    assert described["OPTIONS"] == {"options": "-c jit=off"}
    more = database("postgres://me@/pai?options=-c%20work_mem=8MB", Path("/data"))
    assert more["OPTIONS"] == {"options": "-c jit=off -c work_mem=8MB"}


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres://host/", "pai"])
def test_a_wrong_address_says_what_it_should_look_like(url: str) -> None:
    with pytest.raises(ValueError, match="postgres://user:password@host:port/name"):
        database(url, Path("/data"))
