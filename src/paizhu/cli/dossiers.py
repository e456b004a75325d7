"""`paizhu dossier`: what one account may read of a matter, as a folder that proves itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from paizhu.casework import access, rulebook
from paizhu.casework.timeline import asked_in
from paizhu.cli.call import Call
from paizhu.cli.installation import AS_WORD, who_asks
from paizhu.engine.entries import Entry, Value
from paizhu.kernel.text import Text
from paizhu.ledger import book, reads
from paizhu.paperwork import dossier
from paizhu.registry.principals import Who

#: What a payload may show to somebody who may know of the matter but not read its content.
#: Anything else is left out: a new key must not become readable by being forgotten here.
PLAIN = ("proposal", "role", "number", "document", "digest", "clock", "run", "threshold", "due")


def write(call: Call, ref: str, out: Path, *, username: str | None) -> None:
    """Write the dossier as an account may have it; without one, the proofs and no content."""
    name = username or os.environ.get(AS_WORD)
    entries = readable(who_asks(call, name), ref, now=call.now) if name else []
    dossier.write(
        ref,
        out,
        entries=entries,
        now=call.now,
        keys=call.data / "keys",
        leaving_out=untold(entries),
    )
    call.say(
        Text(
            f"卷宗已写入 {out}。核验：python3 {out}/verify.py",
            f"The dossier is in {out}. Verify it: python3 {out}/verify.py",
        )
    )
    if not name:
        call.say(
            Text(
                "未指明账号，卷宗只有办理步骤和摘要，没有内容。要有内容，请用 --as 指明可以阅读的账号。",
                "No account was named, so it holds steps and digests and no content. For content name "
                "an account that may read it, with --as.",
            )
        )


def readable(who: Who, ref: str, *, now: datetime) -> list[Entry]:
    """Give the entries as this person may read them; that they were taken out is recorded."""
    reading = access.get_matter(who, ref)
    reads.record(person=who.key, ref=ref, what="dossier", at=now)
    return [_masked(entry, reading, who) for entry in book.entries_of(ref)]


def untold(entries: Iterable[Entry]) -> frozenset[int]:
    """Give the versions of links to what the reader may not know of: no page tells of those either."""
    return frozenset(one.version for one in entries if one.kind == "linked" and one.payload is None)


def _masked(entry: Entry, reading: access.Reading, who: Who) -> Entry:
    if entry.payload is None or _names_hidden_matter(entry, who):
        return replace(entry, payload=None)
    payload = dict(entry.payload)
    if not access.may_read(reading.level, "content"):
        payload = {key: payload[key] for key in (*PLAIN, "values") if key in payload}
    if entry.kind == "corrected" and not _may_read_correction(entry, reading):
        payload = {}
    values = payload.get("values")
    if isinstance(values, dict):
        payload["values"] = _values(values, entry, reading)
    return replace(entry, payload=payload)


def _values(values: Mapping[str, Value], entry: Entry, reading: access.Reading) -> dict[str, Value]:
    return access.mask(values, rulebook.rules_of(entry.rules), reading.roles)


def _may_read_correction(entry: Entry, reading: access.Reading) -> bool:
    payload = entry.payload or {}
    field = str(payload.get("field", ""))
    return bool(_values({field: payload.get("value")}, entry, reading))


def _names_hidden_matter(entry: Entry, who: Who) -> bool:
    """A link, or a grant, must not tell of a matter that the reader may not know of."""
    payload = entry.payload or {}
    named = [str(payload[key]) for key in ("ref", "parent") if payload.get(key)]
    named += [asked] if (asked := asked_in(entry)) else []
    return bool(named) and access.visible_to(who).filter(ref__in=named).count() < len(set(named))
