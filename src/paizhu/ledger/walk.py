"""Walk along the chain, page by page, and say what does not hold. Pure: `verify` feeds it rows.

Most books are whole, so a part of the book is first put to one quick question: does everything
hold? Only a part that fails it is looked at page by page. That keeps a million pages in seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import le
from typing import NamedTuple

from paizhu.engine.entries import Payload
from paizhu.kernel.digest import ALGORITHMS, digest
from paizhu.kernel.text import Text
from paizhu.ledger import chain

#: Kinds whose content is compared with other pages or tables.
REMEMBERED = frozenset({"shredded", "checkpoint", "reads_sealed"})
_REMEMBERED = frozenset(kind.encode() for kind in REMEMBERED)
#: After so many the rest is left unsaid: one cause often shows on many pages.
MOST_FINDINGS = 200


class Row(NamedTuple):
    """A page as `verify` reads it: what is hashed comes as bytes, salt and payload joined."""

    seq: int
    matter: bytes | None
    version: int
    header: bytes
    #: salt ␤ payload; None when both are missing.
    content: bytes | None
    payload_digest: str
    prev: str
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold: on which page, in which place, in words."""

    seq: int
    where: str
    say: Text


@dataclass(slots=True)
class Walk:
    """What is known after the pages read so far."""

    seq: int = 0
    digest: str = chain.GENESIS
    at: str = ""
    findings: list[Finding] = field(default_factory=list)
    #: The last version of each matter.
    versions: dict[bytes, int] = field(default_factory=dict)
    #: Rule texts, with the page each was first used on.
    rules: dict[bytes, int] = field(default_factory=dict)
    #: Pages without content.
    empty: dict[int, chain.Header] = field(default_factory=dict)
    #: Pages whose content is compared with others.
    remembered: dict[int, tuple[chain.Header, Payload]] = field(default_factory=dict)

    def pages_of(self, kind: str) -> Iterator[tuple[int, chain.Header, Payload]]:
        """Give the remembered pages of one kind."""
        for seq, (header, payload) in self.remembered.items():
            if header.kind == kind:
                yield seq, header, payload

    def read(self, rows: Sequence[Row]) -> None:
        """Go on over the next pages."""
        if not _all_hold(self, rows):
            for row in rows:
                _look_closely(self, Row(*row))

    def find(self, seq: int, where: str, zh: str, en: str) -> None:
        """Add a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(seq, where, Text(zh, en)))


# --- the quick question --------------------------------------------------------------------------

_WORD = r'"([^"]*)"'
_SHAPES = {"at": r'"(.{32})"', "seq": r"(\d+)", "version": r"(\d+)"}
_ASKED = ("at", "day", "hash", "kind", "matter", "rules", "seq", "version")
#: A header none of whose values holds a quotation mark: inside JSON text such a mark follows a
#: backslash, so it can never be taken for the end of a value; the page is then looked at closely.
_HEADER = re.compile(
    (
        r"^\{"
        + ",".join(
            f'"{name}":' + (_SHAPES.get(name, _WORD) if name in _ASKED else r'"[^"]*"')
            for name in chain.FIELDS
        )
        + r"\}$"
    ).encode(),
    re.MULTILINE,
)


def _all_hold(walk: Walk, rows: Sequence[Row]) -> bool:
    """Say whether every page of a part holds, and if so take it in; else leave `walk` as it was."""
    seqs, matters, versions, headers, contents, payload_digests, prevs, digests = zip(
        *rows, strict=True
    )
    read = _HEADER.findall(b"\n".join(headers))
    if len(read) != len(rows):
        return False
    ats, days, hashes, kinds, named, rules, numbers, counts = zip(*read, strict=True)
    name = hashes[0].decode()
    holds = (
        len(set(hashes)) == 1
        and name in ALGORITHMS
        and seqs == tuple(range(walk.seq + 1, walk.seq + 1 + len(rows)))
        and prevs == (walk.digest, *digests[:-1])
        and seqs == tuple(map(int, numbers))
        and versions == tuple(map(int, counts))
        and b"" not in matters
        and named == tuple(matter or b"" for matter in matters)
        and all(map(le, days, ats))
        and all(map(_is_day, set(days)))
        and _is_forward(walk.at.encode(), ats)
        and _digests_hold(name, headers, contents, payload_digests, prevs, digests)
        and _versions_follow(walk, matters, versions)
    )
    if holds:
        if not walk.rules.keys() >= set(rules):
            for seq, rule in zip(seqs, rules, strict=True):
                walk.rules.setdefault(rule, seq)
        if None in contents or not _REMEMBERED.isdisjoint(kinds):
            for row in rows:
                _remember(walk, Row(*row))
        walk.seq, walk.digest, walk.at = seqs[-1], digests[-1], ats[-1].decode()
    return holds


def _is_day(text: bytes) -> bool:
    try:
        return date.fromisoformat(text.decode()).isoformat().encode() == text
    except ValueError:
        return False


def _is_forward(last: bytes, ats: Sequence[bytes]) -> bool:
    """Say whether moments of one zone never go back; a change of zone is looked at closely."""
    moments = [last, *ats] if last else list(ats)
    return len({at[26:] for at in moments}) == 1 and moments == sorted(moments)


def _digests_hold(
    name: str,
    headers: Sequence[bytes],
    contents: Sequence[bytes | None],
    payload_digests: Sequence[str],
    prevs: Sequence[str],
    digests: Sequence[str],
) -> bool:
    make = _hash(name)
    lines = [
        f"{prev}\n{name}:{make(header).hexdigest()}\n{content}".encode()
        for prev, header, content in zip(prevs, headers, payload_digests, strict=True)
    ]
    return list(digests) == [f"{name}:{make(line).hexdigest()}" for line in lines] and list(
        payload_digests
    ) == [
        said if content is None else f"{name}:{make(content).hexdigest()}"
        for content, said in zip(contents, payload_digests, strict=True)
    ]


def _hash(name: str) -> Callable[[bytes], hashlib._Hash]:
    """Give the constructor itself where there is one: looking it up by name costs a third more."""
    return hashlib.sha256 if name == "sha256" else lambda data: hashlib.new(name, data)


def _versions_follow(walk: Walk, matters: Sequence[bytes | None], versions: Sequence[int]) -> bool:
    fresh: dict[bytes, int] = {}
    known = walk.versions
    for matter, version in zip(matters, versions, strict=True):
        if matter is None:
            if version:
                return False
            continue
        before = fresh[matter] if matter in fresh else known.get(matter, 0)
        if version != before + 1:
            return False
        fresh[matter] = version
    known.update(fresh)
    return True


def _remember(walk: Walk, row: Row) -> None:
    header = chain.read_header(row.header.decode("utf-8", "replace"))
    if header is None:
        return
    if row.content is None:
        walk.empty[row.seq] = header
    elif header.kind in REMEMBERED:
        walk.remembered[row.seq] = header, json.loads(row.content.partition(b"\n")[2])


# --- page by page --------------------------------------------------------------------------------


def _look_closely(walk: Walk, row: Row) -> None:
    """Say what does not hold on one page, then go on from it as it stands: one cause, one finding."""
    header = chain.read_header(row.header.decode("utf-8", "replace"))
    _check_place(walk, row)
    is_as_written = _check_digests(walk, row, header)
    if header is None:
        walk.find(row.seq, "entry.header", f"第 {row.seq} 页的页眉无法读取。",
                  f"The header of page {row.seq} cannot be read.")  # fmt: skip
    else:
        _check_columns(walk, row, header)
        _check_time(walk, row, header)
        if is_as_written:
            _remember(walk, row)
        walk.rules.setdefault(header.rules.encode(), row.seq)
        walk.at = header.at
    _check_version(walk, row)
    walk.seq, walk.digest = row.seq, row.digest


def _check_place(walk: Walk, row: Row) -> None:
    if row.seq != walk.seq + 1:
        walk.find(row.seq, "entry.seq",
                  f"第 {walk.seq + 1} 至 {row.seq - 1} 页缺失。",
                  f"Pages {walk.seq + 1} to {row.seq - 1} are missing.")  # fmt: skip
    if row.prev != walk.digest:
        walk.find(row.seq, "entry.prev", f"第 {row.seq} 页没有接在前一页之后。",
                  f"Page {row.seq} does not follow the page before it.")  # fmt: skip


def _check_digests(walk: Walk, row: Row, header: chain.Header | None) -> bool:
    name = header.hash if header else row.digest.partition(":")[0]
    if name not in ALGORITHMS:
        walk.find(row.seq, "entry.header", f"第 {row.seq} 页的摘要算法「{name}」未知。",
                  f"Page {row.seq} names an unknown hash, {name!r}.")  # fmt: skip
        return False
    is_whole = row.digest == chain.line_digest(
        row.prev, digest(row.header, name), row.payload_digest
    )
    if not is_whole:
        walk.find(row.seq, "entry.digest",
                  f"第 {row.seq} 页的页眉、前页摘要、内容摘要或本页摘要被改动过。",
                  f"Page {row.seq} was changed: header, prev, payload_digest or digest do not "
                  "match each other.")  # fmt: skip
    is_content = row.content is None or row.payload_digest == digest(row.content, name)
    if not is_content:
        walk.find(row.seq, "entry.payload", f"第 {row.seq} 页的内容被改动过。",
                  f"The content of page {row.seq} was changed: payload and salt do not match "
                  "payload_digest.")  # fmt: skip
    return is_whole and is_content


def _check_columns(walk: Walk, row: Row, header: chain.Header) -> None:
    matter = row.matter.decode("utf-8", "replace") if row.matter is not None else None
    said = {
        "seq": (header.seq, row.seq),
        "matter": (header.matter or None, matter),
        "version": (header.version, row.version),
    }
    for column, (written, stands) in said.items():
        if written != stands:
            walk.find(row.seq, f"entry.{column}",
                      f"第 {row.seq} 页的 {column} 为 {stands},页眉所载为 {written}。",
                      f"Page {row.seq} has {column} {stands}; its header says {written}."
                      )  # fmt: skip


def _check_time(walk: Walk, row: Row, header: chain.Header) -> None:
    at = datetime.fromisoformat(header.at)
    if walk.at and at < datetime.fromisoformat(walk.at):
        walk.find(row.seq, "entry.header",
                  f"第 {row.seq} 页的登记时间 {header.at} 早于前一页的 {walk.at}。",
                  f"Page {row.seq} is back-dated: {header.at} is before {walk.at} on the page "
                  "before it.")  # fmt: skip
    if header.day > header.at[:10]:
        walk.find(row.seq, "entry.header",
                  f"第 {row.seq} 页的记录日期 {header.day} 晚于登记时间。",
                  f"Page {row.seq} counts for {header.day}, later than it was recorded."
                  )  # fmt: skip


def _check_version(walk: Walk, row: Row) -> None:
    before = -1 if row.matter is None else walk.versions.get(row.matter, 0)
    if row.version != before + 1:
        walk.find(row.seq, "entry.version",
                  f"第 {row.seq} 页的版本为 {row.version},应为 {before + 1}。",
                  f"Page {row.seq} has version {row.version} where {before + 1} belongs."
                  )  # fmt: skip
    if row.matter is not None:
        walk.versions[row.matter] = row.version
