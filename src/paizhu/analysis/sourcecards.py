"""What pages show of sources: whose data, what for, until when, who registered and approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from paizhu.analysis import permits
from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Load, Source
from paizhu.analysis.quality import Quality
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.analysis.tables import Table
from paizhu.casework.access import visible_to
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import Who

#: Of all sources together, the latest.
_MOST_LOADS: Final = 200


@dataclass(frozen=True, slots=True)
class LoadCard:
    """One file taken in: how many rows, how good they were, and whether they are still there."""

    number: int
    file_name: str
    at: datetime
    rows_kept: int
    rows_refused: int
    removed_at: datetime | None
    removed_because: str
    quality: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source as somebody within whose reach it lies sees it."""

    key: str
    table: Text
    body: Text
    purpose: str
    plan_ref: str
    expires_date: date
    registered_by: Text
    registered_at: datetime
    approved_by: Text | None
    approved_at: datetime | None
    state: Literal["waiting", "usable", "ended", "expired"]
    #: The matter it was asked for in; empty when the reader may not know of it.
    matter: str
    period_from: date | None
    period_until: date | None
    loads: tuple[LoadCard, ...]
    may_approve: bool


def source_cards(who: Who, *, now: datetime) -> tuple[SourceCard, ...]:
    """Give every source of the bodies within a person's reach, what waits for approval first."""
    permits.follow()
    today = day_of(now)
    titles = {name: table.title for name, table in tables().items()}
    found = Source.objects.filter(body_id__in=bodies_within(who, on=today)).select_related(
        "body", "registered_by", "approved_by"
    )
    ended = set(permits.ended().values_list("pk", flat=True))
    known = set(
        visible_to(who).filter(ref__in=found.values("matter")).values_list("ref", flat=True)
    )
    loads: dict[int, list[LoadCard]] = {}
    latest = Load.objects.filter(source__in=found.values("pk")).select_related("source")
    for load in latest.order_by("-id")[:_MOST_LOADS]:
        loads.setdefault(load.source_id, []).append(_load(load, tables().get(load.source.table)))
    cards = [
        _card(source, who, today, titles, is_ended=source.pk in ended, loads=loads.get(source.pk, []),
              matter=source.matter if source.matter in known else "")
        for source in found.order_by("key")
    ]  # fmt: skip
    order = ("waiting", "usable", "ended", "expired")
    return tuple(sorted(cards, key=lambda card: (order.index(card.state), card.expires_date)))


def bodies_to_choose(who: Who, *, now: datetime) -> tuple[tuple[str, Text], ...]:
    """Give code and name of the bodies a person may register a source of."""
    found = Body.objects.filter(pk__in=bodies_within(who, on=day_of(now))).order_by("code")
    return tuple((body.code, body.name) for body in found)


def _load(load: Load, table: Table | None) -> LoadCard:
    return LoadCard(
        load.pk, load.file_name, load.at, load.rows_kept, load.rows_refused, load.removed_at,
        load.removed_because, Quality.of(load.quality, table=table).lines(),
    )  # fmt: skip


def _card(
    source: Source, who: Who, today: date, titles: Mapping[str, Text], *, is_ended: bool,
    loads: Sequence[LoadCard], matter: str,
) -> SourceCard:  # fmt: skip
    expired = source.expires_date < today
    waiting = source.approved_by is None
    return SourceCard(
        key=source.key,
        table=titles.get(source.table, Text(source.table, source.table)),
        body=source.body.name,
        purpose=source.purpose,
        plan_ref=source.plan_ref,
        expires_date=source.expires_date,
        registered_by=source.registered_by.name,
        registered_at=source.registered_at,
        approved_by=source.approved_by.name if source.approved_by else None,
        approved_at=source.approved_at,
        state="expired" if expired else "ended" if is_ended else "waiting" if waiting else "usable",
        matter=matter,
        period_from=source.period_from,
        period_until=source.period_until,
        loads=tuple(loads),
        may_approve=(
            waiting and not expired and not is_ended and source.registered_by_id != who.person
        ),
    )
