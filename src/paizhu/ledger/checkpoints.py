"""Signed statements of where the book ended, to be kept by somebody else.

A chain alone proves little against the owner of the database, who can write all of it anew. What
they cannot write anew is a statement that already lies in another office.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection
from django.utils import timezone

from paizhu.engine.entries import Entry
from paizhu.kernel.digest import canonical
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book, chain
from paizhu.ledger.keys import made_once

PRIVATE, PUBLIC = "checkpoint.key", "checkpoint.pub"
_COLUMNS = "seq, digest, at, key, signature"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """At `at` the book ended with page `seq`, whose digest is `digest`; signed by `key`."""

    seq: int
    digest: str
    at: str
    key: str
    signature: str

    @property
    def statement(self) -> bytes:
        """The bytes that are signed."""
        return canonical(
            {"at": self.at, "digest": self.digest, "seq": self.seq, "what": "paizhu checkpoint"}
        )

    def is_signed(self) -> bool:
        """Say whether the signature is that of `key` over the statement."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.statement)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def sign(now: datetime, *, keys: Path, make: Callable[[], bytes] = _new_key) -> Checkpoint:
    """Sign where the book ends and append that statement to it.

    Raise NotFound while the book is empty. The key is made in the folder `keys` on first use.
    """
    key = _key(keys, make)
    at = timezone.localtime(now)
    with book.writing() as pen:
        if pen.last.seq == 0:
            raise NotFound(
                Text(
                    "台账尚无记录,无可签署。",
                    "The ledger has no page yet; there is nothing to sign.",
                )
            )
        unsigned = Checkpoint(
            seq=pen.last.seq,
            digest=pen.last.digest,
            at=chain.moment_text(at),
            key=key.public_key().public_bytes_raw().hex(),
            signature="",
        )
        signed = Checkpoint(**{**asdict(unsigned), "signature": key.sign(unsigned.statement).hex()})
        page = pen.append(None, _entry(signed, at))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO ledger_checkpoint (entry, {_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)",
                (page.seq, signed.seq, signed.digest, signed.at, signed.key, signed.signature),
            )
    return signed


def covering(seq: int, *, now: datetime, keys: Path) -> Checkpoint:
    """Give the last checkpoint if it stands at or after a page, else sign one."""
    found = latest()
    return found if found is not None and found.seq >= seq else sign(now, keys=keys)


def latest() -> Checkpoint | None:
    """Give the last checkpoint signed, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM ledger_checkpoint ORDER BY entry DESC LIMIT 1")
        row = cursor.fetchone()
    return Checkpoint(*row) if row else None


def write(checkpoint: Checkpoint, path: Path) -> None:
    """Write a checkpoint to a file for an outside witness."""
    path.write_text(
        json.dumps(asdict(checkpoint), indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )


def read(path: Path) -> Checkpoint:
    """Read a checkpoint file. Raise Invalid if it is none, or if its signature does not hold."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        checkpoint = Checkpoint(**fields)
        whole = type(checkpoint.seq) is int and all(
            isinstance(value, str) for name, value in fields.items() if name != "seq"
        )
    except (OSError, ValueError, TypeError):
        whole = False
    if not whole:
        raise Invalid(
            Text(
                f"{path.name} 不是检查点文件。请使用 paizhu checkpoint --out 写出的文件。",
                f"{path.name} is not a checkpoint file. Use one written by "
                "`paizhu checkpoint --out`.",
            )
        )
    if not checkpoint.is_signed():
        raise Invalid(
            Text(
                f"{path.name} 的签名不成立:文件在写出之后被改动过。请向见证单位索取原件。",
                f"The signature of {path.name} does not hold: it was changed after it was written. "
                "Ask the office that keeps it for the original.",
            )
        )
    return checkpoint


def public_key(keys: Path) -> str | None:
    """Give this installation's public key as hex, if it has signed before."""
    path = keys / PUBLIC
    return path.read_text(encoding="ascii").strip() if path.exists() else None


def _key(keys: Path, make: Callable[[], bytes]) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.from_private_bytes(made_once(keys / PRIVATE, make))
    made_once(keys / PUBLIC, lambda: key.public_key().public_bytes_raw().hex().encode() + b"\n")
    return key


def _entry(checkpoint: Checkpoint, at: datetime) -> Entry:
    return Entry(
        kind="checkpoint",
        person="system",
        post="system",
        at=at,
        day=at.date(),
        rules="",
        payload={
            "seq": checkpoint.seq,
            "digest": checkpoint.digest,
            "signature": checkpoint.signature,
            "key": checkpoint.key,
        },
    )
