"""The quick question put to a part of the book: does everything hold?

Most books are whole. Only a part that fails this is looked at page by page (`closely`), which says
what is wrong; that keeps a million pages within seconds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from operator import le

from paizhu.kernel.digest import ALGORITHMS
from paizhu.ledger import chain
from paizhu.ledger.walk import REMEMBERED, Row, Walk

#: What is asked for of each header, as columns: at, day, kind, matter, rules, seq, version.
Columns = list[tuple[bytes, ...]]

_REMEMBERED = frozenset(kind.encode() for kind in REMEMBERED)
_WORD = r'"([^"]*+)"'
_ASKED = {
    "day": _WORD,
    "kind": _WORD,
    "matter": _WORD,
    "rules": _WORD,
    "seq": r"(\d++)",
    "version": r"(\d++)",
}
#: Where the zone begins in a moment of the one width the book writes.
_ZONE = 26


def all_hold(walk: Walk, rows: Sequence[Row]) -> bool:
    """Say whether every page of a part holds, and if so take it in; else leave `walk` as it was.

    Compared column by column as far as that goes, for that is done in C; what is left in the loops
    runs for each page there ever was.
    """
    pages, matters, counts, headers, contents, *digests = zip(*rows, strict=True)
    if pages != tuple(range(walk.seq + 1, walk.seq + 1 + len(rows))):
        return False
    read, name = _headers(walk, headers)
    if not read or not _are_in_order(walk, read):
        return False
    _, _, _, named, _, numbers, versions = read
    if named != matters and tuple([matter or None for matter in named]) != matters:
        return False
    if not _are(pages, numbers) or not _are(counts, versions):
        return False
    counted = _count(walk.versions, matters, counts)
    if counted is None or not _are_chained(walk.digest, name, headers, contents, *digests):
        return False
    kept = {} if all(contents) and _REMEMBERED.isdisjoint(read[2]) else _to_remember(rows, read[2])
    if kept is None:
        return False
    walk.versions.update(counted)
    walk.seq, walk.digest, walk.at = pages[-1], rows[-1][-1], read[0][-1].decode()
    if not walk.rules.keys() >= set(read[4]):
        for page, rules in zip(pages, read[4], strict=True):
            walk.rules.setdefault(rules, page)
    for place, header in kept.items():
        walk.remember(Row(*rows[place]), header)
    return True


def _headers(walk: Walk, headers: Sequence[bytes]) -> tuple[Columns, str]:
    """Read the headers of a part and the one hash they name; nothing where they are not alike."""
    first = chain.read_header(headers[0].decode("utf-8", "replace")) if all(headers) else None
    if first is None or first.hash not in ALGORITHMS:
        return [], ""
    if walk.at[_ZONE:] not in ("", first.at[_ZONE:]):
        return [], ""
    text = b"\n".join([*headers, b""])
    # A line feed within a header would let one be taken for two.
    if text.count(b"\n") != len(headers):
        return [], ""
    read = _header(first.hash, first.at[_ZONE:]).findall(text)
    return (list(zip(*read, strict=True)), first.hash) if len(read) == len(headers) else ([], "")


@lru_cache(maxsize=8)
def _header(name: str, zone: str) -> re.Pattern[bytes]:
    """Give what a header of this hash and zone looks like, none of whose values holds a quotation mark.

    Inside JSON text such a mark follows a backslash, so it can never be taken for the end of a
    value; the page is then looked at closely. One expression for each hash and zone, because what
    stands in it needs no look at each page.
    """
    asked = {**_ASKED, "at": f'"(.{{{_ZONE}}}{re.escape(zone)})"', "hash": f'"{re.escape(name)}"'}
    fields = ",".join(f'"{field}":' + asked.get(field, r'"[^"]*+"') for field in chain.FIELDS)
    return re.compile(rf"^\{{{fields}\}}\n".encode(), re.MULTILINE)


def _are_in_order(walk: Walk, read: Columns) -> bool:
    """Say whether no moment lies before the one before it, and no day after its moment."""
    moments, days = read[0], read[1]
    return (
        walk.at.encode() <= moments[0]
        and list(moments) == sorted(moments)
        and all(map(le, days, moments))
        and all(map(_is_day, set(days)))
    )


def _are(numbers: tuple[object, ...], written: Sequence[bytes]) -> bool:
    """Say whether numbers are written so; written at once, for one by one takes twice as long."""
    is_plain = set(map(type, numbers)) == {int}
    return is_plain and b"\n".join([b"%d"] * len(numbers)) % numbers == b"\n".join(written)


def _count(
    known: dict[bytes, int], matters: Sequence[bytes | None], counts: Sequence[int]
) -> dict[bytes, int] | None:
    """Give the last version of each matter of a part; None if one is not the next."""
    versions: dict[bytes, int] = {}
    for matter, version in zip(matters, counts, strict=True):
        if matter:
            if version != 1 + (versions.get(matter) or known.get(matter, 0)):
                return None
            versions[matter] = version
        elif version or matter is not None:
            return None
    return versions


def _are_chained(
    last: str,
    name: str,
    headers: Sequence[bytes],
    contents: Sequence[bytes | None],
    befores: Sequence[str],
    shown: Sequence[str | None],
    digests: Sequence[str],
) -> bool:
    """Say whether each page is what its digests say, and follows the page before it."""
    if befores != (last, *digests[:-1]) or None in shown:
        return False
    make, before = _hash(name), f"{name}:"
    pages = zip(headers, contents, befores, shown, digests, strict=True)
    for header, content, prev, said, own in pages:
        if content is not None and before + make(content).hexdigest() != said:
            return False
        whole = f"{prev}\n{before}{make(header).hexdigest()}\n{said}"
        if before + make(whole.encode()).hexdigest() != own:
            return False
    return True


def _hash(name: str) -> Callable[[bytes], hashlib._Hash]:
    """Give the constructor itself where there is one: looking it up by name costs a third more."""
    return hashlib.sha256 if name == "sha256" else lambda data: hashlib.new(name, data)


def _is_day(text: bytes) -> bool:
    try:
        return date.fromisoformat(text.decode()).isoformat().encode() == text
    except ValueError:
        return False


def _to_remember(rows: Sequence[Row], kinds: Sequence[bytes]) -> dict[int, chain.Header] | None:
    """Read the headers of the few pages that others are compared with, by their place in the part.

    None if one of them is no header after all.
    """
    kept: dict[int, chain.Header] = {}
    for place, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        if row[4] is None or kind in _REMEMBERED:
            header = chain.read_header(row[3].decode())
            if header is None:
                return None
            kept[place] = header
    return kept
