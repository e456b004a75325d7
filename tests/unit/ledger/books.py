"""Small books for the tests, written through the ledger's own functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from paizhu.engine.entries import Entry, Payload
from paizhu.kernel.digest import digest
from paizhu.ledger import book, checkpoints, reads, shred, texts

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
CALENDAR = b"calendar: a quiet year\n"
MANIFEST = json.dumps({"calendar": digest(CALENDAR)}).encode()
RULES = digest(MANIFEST)


def entry(version: int, at: datetime = START, *, kind: str = "enacted", **fields: object) -> Entry:
    """Give a plain entry; `fields` are those of Entry."""
    plain: dict[str, object] = {
        "kind": kind,
        "person": "person:17",
        "name": "张三",
        "post": "head@body:1",
        "at": at,
        "day": at.date(),
        "rules": RULES,
        "action": "open",
        "stage": "opened",
        "payload": {"values": {"summary": "反映采购问题", "amount": "1200.50"}},
        "version": version,
    }
    return Entry(**{**plain, **fields})  # type: ignore[arg-type]


def put(
    matter: str, version: int, at: datetime = START, payload: Payload | None = None
) -> book.Line:
    """Append one entry in a transaction of its own."""
    fields = {} if payload is None else {"payload": payload}
    with book.writing() as pen:
        return pen.append(matter, entry(version, at, **fields))


def keep_rules() -> None:
    texts.keep(
        [
            texts.Kept(RULES, "manifest", "clue", MANIFEST),
            texts.Kept(digest(CALENDAR), "calendar", "cn", CALENDAR),
        ]
    )


def whole(keys: Path, *, after: Callable[[int], None] = lambda step: None) -> None:
    """Write a book with everything in it: matters, a removal, two checkpoints, sealed read lines."""
    keep_rules()
    for step in range(5):
        for matter in ("XS-WJ-2025-001", "XS-WJ-2025-002", "XS-WJ-2025-003"):
            put(matter, step + 1, START + timedelta(hours=step))
    for person in ("person:1", "person:2", "person:3"):
        reads.record(person=person, ref="XS-WJ-2025-001", what="matter", at=START)
    checkpoints.sign(START + timedelta(hours=6), keys=keys)
    shred.remove(
        "XS-WJ-2025-002",
        by="person:17",
        post="keeper@body:1",
        approved_by="person:18",
        reasons="保管期限届满",
        now=START + timedelta(hours=7),
    )
    reads.seal_finished(now=START + timedelta(days=2))
    put("XS-WJ-2025-001", 6, START + timedelta(days=2))
    checkpoints.sign(START + timedelta(days=3), keys=keys)
