"""The rule texts matters were decided under, kept by digest: old matters go on under their rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from paizhu.kernel.digest import digest
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Kept:
    """A text to keep. Kind and name say which, if it is wrong; the text itself says what it is, so
    only what the digest proves is stored.
    """

    digest: str
    kind: str
    name: str
    data: bytes


def keep(texts: Iterable[Kept]) -> int:
    """Store the texts that are not there yet; give how many were new.

    Raise Invalid if one is not what its digest says.
    """
    asked = {text.digest: text for text in texts}
    for text in asked.values():
        if digest(text.data, text.digest.partition(":")[0]) != text.digest:
            raise Invalid(
                Text(
                    f"规则文本“{text.kind} {text.name}”与其摘要不符,未保存。请重新载入规则。",
                    f"The rule text {text.kind} {text.name} does not match its digest and was not "
                    "kept. Load the rules again.",
                )
            )
    with transaction.atomic(), connection.cursor() as cursor:
        there = _present(asked)
        new = [(name, kept.data) for name, kept in asked.items() if name not in there]
        cursor.executemany(
            "INSERT INTO ledger_ruletext (digest, data) VALUES (%s, %s) ON CONFLICT DO NOTHING", new
        )
    return len(new)


def has(name: str) -> bool:
    """Say whether a text with this digest is kept."""
    return bool(_present([name]))


def text(name: str) -> bytes:
    """Give the text with this digest. Raise NotFound if it was never kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM ledger_ruletext WHERE digest = %s", (name,))
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            Text(
                f"台账中没有摘要为 {name} 的规则文本。请运行 paizhu verify。",
                f"The ledger holds no rule text {name}. Run `paizhu verify`.",
            )
        )
    return bytes(row[0])


def everything() -> dict[str, bytes]:
    """Give every text kept, by its digest: some megabytes after years."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest, data FROM ledger_ruletext")
        return {name: bytes(data) for name, data in cursor.fetchall()}


def _present(names: Collection[str]) -> set[str]:
    marks = ", ".join(["%s"] * len(names)) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT digest FROM ledger_ruletext WHERE digest IN ({marks})", list(names))
        return {row[0] for row in cursor.fetchall()}
