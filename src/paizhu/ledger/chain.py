"""What a page of the book is as text, and how the digests tie one page to the next. Pure.

    payload_digest = H(salt ␤ payload)
    digest         = H(prev ␤ H(header) ␤ payload_digest)

H stands in the header. A digest is text and names its algorithm, `sha256:…`; ␤ is one line feed,
which neither JSON text nor a digest contains, so that no two pages can be read as one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from json.encoder import encode_basestring as _quoted
from typing import NamedTuple

from paizhu.engine.entries import Entry, Payload
from paizhu.kernel.digest import canonical, digest

#: What stands before the first page.
GENESIS = ""
NONCE_BYTES = 16
FIELDS = (
    "action", "at", "day", "hash", "kind", "matter", "name", "nonce", "person", "post", "rules",
    "seq", "stage", "version",
)  # fmt: skip
_HEADER = "{" + ",".join(f'"{name}":%s' for name in FIELDS) + "}"


class Page(NamedTuple):
    """One row of the book, in the order of its columns."""

    seq: int
    matter: str | None
    version: int
    header: str
    payload: str | None
    salt: str | None
    payload_digest: str
    prev: str
    digest: str


class Header(NamedTuple):
    """A header as read back; the fields in the order of their names."""

    action: str
    at: str
    day: str
    hash: str
    kind: str
    matter: str
    name: str
    nonce: str
    person: str
    post: str
    rules: str
    seq: int
    stage: str
    version: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new page goes: after which one, with which hash, salt and nonce."""

    seq: int
    prev: str
    hash_name: str
    nonce: str
    salt: str


def digest_of(text: str, hash_name: str) -> str:
    """Give the digest of a text, naming its algorithm."""
    return digest(text.encode(), hash_name)


def payload_digest(salt: str, payload: str, hash_name: str) -> str:
    """Give the digest that stays when content and salt are lawfully removed."""
    return digest_of(f"{salt}\n{payload}", hash_name)


def line_digest(prev: str, header_digest: str, content_digest: str) -> str:
    """Give the digest of a page, under the algorithm its header digest names."""
    return digest_of(f"{prev}\n{header_digest}\n{content_digest}", header_digest.split(":")[0])


def page(matter: str | None, entry: Entry, at: str, place: Place) -> Page:
    """Write an entry out, recorded at the moment `at`, as the page at `place`."""
    header = _header(matter, entry, at, place)
    payload = canonical(dict(entry.payload or {})).decode()
    content = payload_digest(place.salt, payload, place.hash_name)
    whole = line_digest(place.prev, digest_of(header, place.hash_name), content)
    return Page(
        place.seq, matter, entry.version, header, payload, place.salt, content, place.prev, whole
    )


def _header(matter: str | None, entry: Entry, at: str, place: Place) -> str:
    """Write the header as `canonical` would, in a third of its time: its keys are always these."""
    return _HEADER % (
        _quoted(entry.action), _quoted(at), _quoted(entry.day.isoformat()),
        _quoted(place.hash_name), _quoted(entry.kind), _quoted(matter or ""), _quoted(entry.name),
        _quoted(place.nonce), _quoted(entry.person), _quoted(entry.post), _quoted(entry.rules),
        place.seq, _quoted(entry.stage), entry.version,
    )  # fmt: skip


def as_read(entry: Entry, page: Page, at: str) -> Entry:
    """Give an entry just written as it will be read from its page."""
    return Entry(  # each field by name: `replace` looks them all up anew, at every append
        kind=entry.kind,
        person=entry.person,
        post=entry.post,
        at=datetime.fromisoformat(at),
        day=entry.day,
        rules=entry.rules,
        action=entry.action,
        stage=entry.stage,
        payload=json.loads(page.payload or "{}"),
        version=entry.version,
        name=entry.name,
    )


def moment_text(at: datetime) -> str:
    """Write a moment in one width, with its zone, so that two of one zone compare as text."""
    return at.isoformat(timespec="microseconds")


def entry(header: str, payload: str | None) -> Entry:
    """Read the entry back from a page."""
    fields = json.loads(header)
    content: Payload | None = None if payload is None else json.loads(payload)
    return Entry(
        kind=fields["kind"],
        person=fields["person"],
        post=fields["post"],
        at=datetime.fromisoformat(fields["at"]),
        day=date.fromisoformat(fields["day"]),
        rules=fields["rules"],
        action=fields["action"],
        stage=fields["stage"],
        payload=content,
        version=fields["version"],
        name=fields["name"],
    )


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d")
_NUMBERS = ("seq", "version")


def read_header(text: str) -> Header | None:
    """Read a header strictly; None if it is not one, or not in its canonical form."""
    try:
        fields = json.loads(text)
        if tuple(fields) != FIELDS or canonical(fields).decode() != text:
            return None
        header = Header(**fields)
        date.fromisoformat(header.day)
        is_moment = _MOMENT.fullmatch(header.at) is not None
    except (ValueError, TypeError):
        return None
    numbers = all(type(fields[name]) is int for name in _NUMBERS)
    words = all(isinstance(value, str) for name, value in fields.items() if name not in _NUMBERS)
    return header if is_moment and numbers and words else None
