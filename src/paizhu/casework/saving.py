"""Saved filters of the list: kept per person, counted within rights, told of at a threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from paizhu.casework import access, queries
from paizhu.casework.cards import MatterFilter
from paizhu.casework.models import SavedFilter
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who, who_is

#: So many filters somebody may keep, and so far each is counted.
MOST = 20
MOST_COUNTED = 999
#: What the parts of a filter are called in the address of the list.
NAMES = {
    "procedure": "procedure",
    "stage": "stage",
    "body": "body",
    "state": "state",
    "query": "q",
    "order": "order",
}
NO_NAME = Text(
    "请给筛选起一个名称，不超过 60 字。", "Give the filter a name, at most 60 characters."
)
NAME_TAKEN = Text(
    "您已有同名的筛选。请换一个名称，或先删除原来的。",
    "You have a filter of that name. Choose another, or drop that one first.",
)
NOT_A_NUMBER = Text(
    "达到多少件时提醒，请填 1 到 999 的整数，或留空。",
    "From how many on you are told is a whole number from 1 to 999, or nothing.",
)
TOO_MANY = Text(
    f"最多保存 {MOST} 个筛选。请先删除不用的。",
    f"At most {MOST} filters are kept. Drop one you do not use first.",
)
NOTHING_NARROWED = Text(
    "还没有设置任何条件，没有可保存的筛选。请先筛选。",
    "Nothing is narrowed, so there is nothing to save. Narrow the list first.",
)
NOT_YOURS = Text("没有这个筛选。", "There is no such filter.")


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A saved filter with how many it finds now, of what its person may know of."""

    id: int
    name: str
    #: The query of the list's address.
    address: str
    count: int
    #: There are more than were counted.
    more: bool
    threshold: int | None
    reached_at: datetime | None
    is_new: bool


def save(who: Who, *, name: str, narrowed: MatterFilter, threshold: str = "") -> int:
    """Keep a filter under a name. Raise Invalid."""
    said = " ".join(name.split())
    if not said or len(said) > 60 or "\0" in said:
        raise Invalid(NO_NAME, fields={"name": NO_NAME})
    wanted = wanted_of(narrowed)
    if not set(wanted) - {"order"}:
        raise Invalid(NOTHING_NARROWED)
    number = _number(threshold)
    mine = SavedFilter.objects.filter(person_id=who.person)
    if mine.count() >= MOST:
        raise Invalid(TOO_MANY)
    if mine.filter(name=said).exists():
        raise Invalid(NAME_TAKEN, fields={"name": NAME_TAKEN})
    made = SavedFilter.objects.create(
        person_id=who.person, name=said, wanted=wanted, threshold=number
    )
    return int(made.pk)


def drop(who: Who, saved: int) -> None:
    """Drop one of one's own filters. Raise NotFound for others', as for none."""
    gone, _ = SavedFilter.objects.filter(pk=saved, person_id=who.person).delete()
    if not gone:
        raise NotFound(NOT_YOURS)


def saved(who: Who, *, on: date) -> tuple[SavedCard, ...]:
    """Give one's own filters with their counts. Two queries, however many there are."""
    mine = list(SavedFilter.objects.filter(person_id=who.person).order_by("name", "pk"))
    counts = _counts(who, [filter_of(one.wanted) for one in mine], on=on)
    return tuple(_card(one, number) for one, number in zip(mine, counts, strict=True))


def reached(who: Who) -> tuple[tuple[int, str], ...]:
    """Give the filters that reached their mark and were not looked at since: number and name."""
    mine = SavedFilter.objects.filter(person_id=who.person, reached_at__isnull=False)
    unseen = mine.filter(Q(seen_at__isnull=True) | Q(seen_at__lt=F("reached_at")))
    return tuple(unseen.order_by("name").values_list("pk", "name"))


def look(who: Who, saved: int, *, now: datetime) -> str:
    """Give the address's query of one of one's own filters, and remember that it was looked at."""
    mine = SavedFilter.objects.filter(pk=saved, person_id=who.person)
    one = mine.first()
    if one is None:
        raise NotFound(NOT_YOURS)
    mine.update(seen_at=now)
    return urlencode(one.wanted)


def watch(now: datetime) -> int:
    """Mark the filters that reached their threshold, and unmark those that fell below. For a tick.

    Each is counted within the rights its person has at that moment; the count is not kept.
    """
    told, on = 0, timezone.localdate(now)
    for one in SavedFilter.objects.filter(threshold__isnull=False).select_related("person"):
        who = who_is(one.person, on=on, now=now)
        (number,) = _counts(who, [filter_of(one.wanted)], on=on)
        is_reached = number >= (one.threshold or 0)
        if is_reached and one.reached_at is None:
            told += 1
            SavedFilter.objects.filter(pk=one.pk).update(reached_at=now)
        elif not is_reached and one.reached_at is not None:
            SavedFilter.objects.filter(pk=one.pk).update(reached_at=None)
    return told


def wanted_of(narrowed: MatterFilter) -> dict[str, str]:
    """Give a filter as the address of the list says it; what is not narrowed is left out."""
    given = asdict(narrowed)
    found = {NAMES[part]: str(value) for part, value in given.items() if value}
    return {name: value for name, value in found.items() if (name, value) != ("order", "newest")}


def filter_of(wanted: Mapping[str, str]) -> MatterFilter:
    """Give the filter that was kept."""
    parts = {name: part for part, name in NAMES.items()}
    return MatterFilter(**{parts[name]: value for name, value in wanted.items() if name in parts})  # type: ignore[arg-type]


# --- within -------------------------------------------------------------------------------------


def _number(threshold: str) -> int | None:
    said = threshold.strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= MOST_COUNTED):
        raise Invalid(NOT_A_NUMBER, fields={"threshold": NOT_A_NUMBER})
    return int(said)


def _card(one: SavedFilter, number: int) -> SavedCard:
    is_new = one.reached_at is not None and (one.seen_at is None or one.seen_at < one.reached_at)
    return SavedCard(
        id=one.pk,
        name=one.name,
        address=urlencode(one.wanted),
        count=min(number, MOST_COUNTED),
        more=number > MOST_COUNTED,
        threshold=one.threshold,
        reached_at=one.reached_at,
        is_new=is_new,
    )


def _counts(who: Who, filters: Sequence[MatterFilter], *, on: date) -> list[int]:
    """Count what each filter leaves, up to one more than is shown; all in one query."""
    if not filters:
        return []
    by_one = access.knows_many(who)
    parts: list[str] = []
    given: list[Any] = []
    for place, narrowed in enumerate(filters):
        found = queries.narrowed_to(who, narrowed, on=on, one_by_one=by_one)
        sql, params = found.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS f{place})")
        given += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", given)
        return [int(number) for number in cursor.fetchone()]
