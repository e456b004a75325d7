"""Looks at the whole: ticks that ran, the book verified, the tables compared with it.

For administrators, so nothing here names a matter: pages and counts are all there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paizhu.casework import rebuilding
from paizhu.casework.models import Inspection, Matter, TickRun
from paizhu.ledger import checkpoints
from paizhu.ledger.verify import Finding, verify

KEPT = 100
#: Beyond this a comparison takes longer than a page may: it is for the command line.
MOST_MATTERS = 5000


@dataclass(frozen=True, slots=True)
class Ran:
    """A tick, or a look at the whole."""

    at: datetime
    looked: int
    wrong: int


def note_tick(counted: Mapping[str, int | None], *, now: datetime) -> None:
    """Note that a tick ran to its end; older notes go."""
    TickRun.objects.create(at=now, counted=dict(counted))
    last = TickRun.objects.order_by("-pk").values_list("pk", flat=True)[KEPT - 1 : KEPT]
    TickRun.objects.filter(pk__lt=next(iter(last), 0)).delete()


def ticks(most: int = 8) -> list[tuple[datetime, dict[str, int | None]]]:
    """Give the last ticks, newest first. One query."""
    return list(TickRun.objects.values_list("at", "counted")[:most])


def last(kind: str) -> Ran | None:
    """Give the last look of a kind. One query."""
    found = Inspection.objects.filter(kind=kind).first()
    return Ran(found.at, found.looked, found.wrong) if found else None


def verify_book(*, keys: Path, now: datetime) -> tuple[Finding, ...]:
    """Verify the whole book, keep the outcome, give what is wrong."""
    report = verify(key=checkpoints.public_key(keys))
    Inspection.objects.create(kind="book", at=now, looked=report.pages, wrong=len(report.findings))
    return report.findings


def is_small() -> bool:
    """Say whether comparing all tables fits into the time of a page."""
    return Matter.objects.order_by()[: MOST_MATTERS + 1].count() <= MOST_MATTERS


def compare_tables(*, now: datetime) -> dict[str, int]:
    """Compare the tables with the book, keep the outcome, count what differs by table."""
    found = rebuilding.check()
    Inspection.objects.create(
        kind="tables", at=now, looked=found.matters, wrong=len(found.differences)
    )
    return dict(Counter(one.table for one in found.differences))
