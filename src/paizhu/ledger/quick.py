"""The quick question put to a part of the book: does everything hold?

Most books are whole. Only a part that fails this is looked at page by page (`closely`), which says
what is wrong; that keeps a million pages within seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date

from paizhu.kernel.digest import ALGORITHMS
from paizhu.ledger import chain
from paizhu.ledger.walk import REMEMBERED, Row, Walk

Headers = list[tuple[bytes, ...]]

_REMEMBERED = frozenset(kind.encode() for kind in REMEMBERED)
_WORD = r'"([^"]*)"'
#: What is asked for of a header; hash and kind are taken together, for there are few such pairs.
_ASKED = {
    "at": r'"(.{32})"',
    "day": _WORD,
    "hash": r'"([^"]*"',
    "kind": r'"[^"]*)"',
    "matter": _WORD,
    "rules": _WORD,
    "seq": r"(\d+)",
    "version": r"(\d+)",
}
#: A header none of whose values holds a quotation mark: inside JSON text such a mark follows a
#: backslash, so it can never be taken for the end of a value; the page is then looked at closely.
_HEADER = re.compile(
    (
        r"^\{"
        + ",".join(f'"{name}":' + _ASKED.get(name, r'"[^"]*"') for name in chain.FIELDS)
        + r"\}$"
    ).encode(),
    re.MULTILINE,
)


def all_hold(walk: Walk, rows: Sequence[Row]) -> bool:
    """Say whether every page of a part holds, and if so take it in; else leave `walk` as it was.

    One loop with nothing in it that need not be: it runs for each page there ever was.
    """
    read, name = _headers(walk, rows)
    if not read:
        return False
    make, before, known = _hash(name), f"{name}:", walk.versions
    seq, last, at = walk.seq, walk.digest, walk.at.encode()
    versions: dict[bytes, int] = {}
    for row, (moment, day, _, named, _, number, count) in zip(rows, read, strict=True):
        page, matter, version, header, content, digests = row
        seq += 1
        if page != seq or int(number) != seq or int(count) != version:
            return False
        if moment < at or day > moment:
            return False
        if matter:
            if matter != named or version != 1 + (versions.get(matter) or known.get(matter, 0)):
                return False
            versions[matter] = version
        elif named or version or matter is not None:
            return False
        if content is None:
            shown = (digests or " ").split(" ")[1]
        else:
            shown = before + make(content).hexdigest()
        whole = f"{last}\n{before}{make(header).hexdigest()}\n{shown}"
        own = before + make(whole.encode()).hexdigest()
        if digests != f"{last} {shown} {own}":
            return False
        last, at = own, moment
    kept = _to_remember(rows, read)
    if kept is None:
        return False
    known.update(versions)
    walk.seq, walk.digest, walk.at = seq, last, at.decode()
    _take_in(walk, rows, read, kept)
    return True


def _headers(walk: Walk, rows: Sequence[Row]) -> tuple[Headers, str]:
    """Read the headers of a part and the one hash they name; nothing where they are not alike."""
    headers = [row[3] for row in rows]
    read: Headers = [] if None in headers else _HEADER.findall(b"\n".join(headers))
    hashes = {kind.partition(b'"')[0].decode() for kind in {entry[2] for entry in read}}
    zones = {entry[0][26:] for entry in read} | ({walk.at[26:].encode()} if walk.at else set())
    is_alike = len(read) == len(rows) and len(hashes) == len(zones) == 1
    if is_alike and hashes <= set(ALGORITHMS) and all(map(_is_day, {entry[1] for entry in read})):
        return read, hashes.pop()
    return [], ""


def _hash(name: str) -> Callable[[bytes], hashlib._Hash]:
    """Give the constructor itself where there is one: looking it up by name costs a third more."""
    return hashlib.sha256 if name == "sha256" else lambda data: hashlib.new(name, data)


def _is_day(text: bytes) -> bool:
    try:
        return date.fromisoformat(text.decode()).isoformat().encode() == text
    except ValueError:
        return False


def _to_remember(rows: Sequence[Row], read: Headers) -> dict[int, chain.Header] | None:
    """Read the headers of the few pages that others are compared with, by their place in the part.

    None if one of them is no header after all.
    """
    kinds = {entry[2] for entry in read}
    wanted = {kind for kind in kinds if kind.rpartition(b'"')[2] in _REMEMBERED}
    if not wanted and None not in [row[4] for row in rows]:
        return {}
    kept: dict[int, chain.Header] = {}
    for place, (row, entry) in enumerate(zip(rows, read, strict=True)):
        if row[4] is None or entry[2] in wanted:
            header = chain.read_header(row[3].decode())
            if header is None:
                return None
            kept[place] = header
    return kept


def _take_in(walk: Walk, rows: Sequence[Row], read: Headers, kept: dict[int, chain.Header]) -> None:
    if not walk.rules.keys() >= {entry[4] for entry in read}:
        for row, entry in zip(rows, read, strict=True):
            walk.rules.setdefault(entry[4], row[0])
    for place, header in kept.items():
        walk.remember(Row(*rows[place]), header)
