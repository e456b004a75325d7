"""What is known while walking along the chain, page by page. Pure: `verify` feeds it rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from paizhu.engine.entries import Payload
from paizhu.kernel.text import Text
from paizhu.ledger import chain

#: Kinds whose content is compared with other pages or tables.
REMEMBERED = frozenset({"shredded", "checkpoint", "reads_sealed"})
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
    prev: str
    payload_digest: str
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

    def find(self, seq: int, where: str, zh: str, en: str) -> None:
        """Add a finding."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(seq, where, Text(zh, en)))

    def remember(self, row: Row, header: chain.Header) -> None:
        """Keep what later pages and other tables are compared with."""
        if row.content is None:
            self.empty[row.seq] = header
        elif header.kind in REMEMBERED:
            self.remembered[row.seq] = header, json.loads(row.content.partition(b"\n")[2])
