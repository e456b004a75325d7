"""Where the tables are: one SQLite file in the data folder, or a PostgreSQL given by address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

#: WAL lets readers go on while one writes. FULL, because an acknowledged entry must survive a
#: power cut: NORMAL may lose the last transactions.
SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"

#: Our questions are many and short: to compile one takes longer than to answer it (a third of a
#: second, where a plan without statistics looks dear).
POSTGRES_START = "-c jit=off"


def database(url: str, folder: Path) -> dict[str, Any]:
    """Give Django's description of the database for an address; empty means the file in `folder`.

    An address is `postgres://user:password@host:port/name`; a socket folder is given as `?host=`.
    """
    return _postgres(url) if url else _sqlite(folder)


def _sqlite(folder: Path) -> dict[str, Any]:
    return {
        "ENGINE": "paizhu.project.sqlite",
        "NAME": folder / "paizhu.sqlite3",
        "OPTIONS": {
            # A deferred transaction that turns into a writer half-way fails instead of waiting.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_START,
            # Of our few hundred statements; to prepare one anew costs as much as to answer it.
            "cached_statements": 512,
        },
        # As Django's own backend would do unasked: tests keep their tables in memory.
        "TEST": {"NAME": ":memory:"},
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not name:
        raise ValueError(
            "PAIZHU_DATABASE_URL must look like postgres://user:password@host:port/name; "
            f"its scheme is {parts.scheme or 'missing'!r} and its name is {name or 'missing'!r}."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    query["options"] = f"{POSTGRES_START} {query.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "OPTIONS": query,
        # A new connection costs about 9 ms, twice a page.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
