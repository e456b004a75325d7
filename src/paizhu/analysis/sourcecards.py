"""What pages show of sources: whose data, what for, until when, who registered and approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from paizhu.analysis.catalog import tables
from paizhu.analysis.models import Source
from paizhu.analysis.reach import bodies_within
from paizhu.analysis.sources import day_of
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import Who


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
    state: Literal["waiting", "usable", "expired"]
    may_approve: bool


def source_cards(who: Who, *, now: datetime) -> tuple[SourceCard, ...]:
    """Give every source of the bodies within a person's reach, what waits for approval first."""
    today = day_of(now)
    titles = {name: table.title for name, table in tables().items()}
    found = Source.objects.filter(body_id__in=bodies_within(who, on=today)).select_related(
        "body", "registered_by", "approved_by"
    )
    cards = [_card(source, who, today, titles) for source in found.order_by("key")]
    order = ("waiting", "usable", "expired")
    return tuple(sorted(cards, key=lambda card: (order.index(card.state), card.expires_date)))


def bodies_to_choose(who: Who, *, now: datetime) -> tuple[tuple[str, Text], ...]:
    """Give code and name of the bodies a person may register a source of."""
    found = Body.objects.filter(pk__in=bodies_within(who, on=day_of(now))).order_by("code")
    return tuple((body.code, body.name) for body in found)


def _card(source: Source, who: Who, today: date, titles: Mapping[str, Text]) -> SourceCard:
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
        state="expired" if expired else "waiting" if waiting else "usable",
        may_approve=waiting and not expired and source.registered_by_id != who.person,
    )
