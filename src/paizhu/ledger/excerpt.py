"""A part of the book as it leaves the house: some pages whole, those between as bare digests."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from paizhu.kernel.digest import digest
from paizhu.ledger import book, texts
from paizhu.ledger.chain import Page

_DIGEST = re.compile(r"(?:sha256|sm3):[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Pages `first` to the last: each shown whole, or as header digest and payload digest."""

    first: int
    prev: str
    shown: tuple[Page, ...]
    #: One for each page in order; None where the page is shown.
    between: tuple[tuple[str, str] | None, ...]


def excerpt(matter: str, *, until: int, leaving_out: Collection[int] = ()) -> Excerpt:
    """Give the pages of a matter up to page `until`, and the digests of those between.

    Of the matter itself the versions in `leaving_out` are given as digests too.

    What stands on the other pages cannot be told from their digests: each header has a nonce and
    each content a salt.
    """
    first = book.lines_of(matter)[0].seq
    shown: list[Page] = []
    between: list[tuple[str, str] | None] = []
    after = first - 1
    while after < until:
        for page in _pages(after, until):
            is_shown = page.matter == matter and page.version not in leaving_out
            between.append(None if is_shown else _bare(page))
            shown += [page] if is_shown else []
        after += book.CHUNK
    return Excerpt(first, shown[0].prev, tuple(shown), tuple(between))


def rule_texts(names: set[str]) -> dict[str, bytes]:
    """Give the texts with these digests and those they name. Raise NotFound if one was not kept."""
    found = {name: texts.text(name) for name in names}
    parts = {
        part for data in found.values() for part in _DIGEST.findall(data.decode("utf-8", "replace"))
    }
    return found | {part: texts.text(part) for part in parts - found.keys()}


def _pages(after: int, until: int) -> list[Page]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(Page._fields)} FROM ledger_entry "
            "WHERE seq > %s AND seq <= %s ORDER BY seq",
            (after, min(until, after + book.CHUNK)),
        )
        return [Page(*row) for row in cursor.fetchall()]


def _bare(page: Page) -> tuple[str, str]:
    algorithm = page.digest.partition(":")[0]
    return digest(page.header.encode(), algorithm), page.payload_digest
