"""From a person to the principals they have on a day, and from a post to its holders.

Plain SQL on purpose: one of these questions stands before every page and several in every step,
and building the query anew costs ten times what answering it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from paizhu.kernel.text import Text
from paizhu.registry import administration
from paizhu.registry.models import Account, Person


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A post somebody holds today, with the body it belongs to."""

    post: str
    title: Text
    body: int
    body_code: str
    body_name: Text
    body_kind: str


@dataclass(frozen=True, slots=True)
class Who:
    """Someone who asks or acts, with everything access depends on. Computed once a request."""

    person: int
    name: Text
    principals: frozenset[str]
    posts: tuple[HeldPost, ...] = ()
    language: str = "zh-hans"
    #: The moment of asking, as local text; rights that end are compared with it.
    now: str = "9999"
    #: What an administrator looks after (`registry.administration`); they have no `posts` then.
    administers: str = ""
    administration: tuple[HeldPost, ...] = ()

    @property
    def key(self) -> str:
        return f"person:{self.person}"


def in_force(on: date) -> Q:
    """Say which dated rows hold on `on`."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))


def post_principal(post: str, body: int) -> str:
    """Name a standing post as a principal."""
    return f"post:{post}@body:{body}"


def who(account: Account, *, on: date, now: datetime | None = None) -> Who:
    """Give the person behind an account with their principals on that day. Two queries."""
    return who_is(account.person, on=on, now=now, language=account.language)


def who_is(
    person: Person, *, on: date, now: datetime | None = None, language: str = "zh-hans"
) -> Who:
    """Give a person with their principals on that day. One query.

    Without a moment, rights that end within the day count as ended.
    """
    local = timezone.localtime(now).isoformat(timespec="seconds") if now else f"{on}T23:59:59"
    held = tuple(
        HeldPost(post, Text(zh, en), body, code, Text(body_zh, body_en), kind)
        for post, zh, en, body, code, body_zh, body_en, kind in _select(
            "SELECT p.key, p.title_zh, p.title_en, b.id, b.code, b.name_zh, b.name_en, b.kind"
            " FROM registry_tenure t JOIN registry_post p ON p.id = t.post_id"
            " JOIN registry_body b ON b.id = p.body_id"
            f" WHERE t.person_id = %s AND {_in_force('t')} ORDER BY b.code, p.key",
            [person.pk, on, on],
        )
    )
    if looks_after := administration.looks_after(h.post for h in held):
        nobody = frozenset({administration.principal(person.pk)})
        own = tuple(h for h in held if h.post in administration.POSTS)
        return Who(person.pk, person.name, nobody, (), language, local, looks_after, own)
    principals = {f"person:{person.pk}"} | {post_principal(h.post, h.body) for h in held}
    return Who(person.pk, person.name, frozenset(principals), held, language, local)


def holders(
    posts: Iterable[tuple[str, int]], *, on: date
) -> Mapping[tuple[str, int], frozenset[int]]:
    """Give who holds each (post key, body id) on that day. One query."""
    found: dict[tuple[str, int], set[int]] = {pair: set() for pair in posts}
    if found:
        keys, bodies = sorted({key for key, _ in found}), sorted({body for _, body in found})
        for key, body, person in _select(
            "SELECT p.key, p.body_id, t.person_id FROM registry_post p"
            " JOIN registry_tenure t ON t.post_id = p.id"
            f" WHERE p.body_id IN ({_marks(bodies)}) AND p.key IN ({_marks(keys)})"
            f" AND {_in_force('t')}",
            [*bodies, *keys, on, on],
        ):
            if (key, body) in found:
                found[key, body].add(person)
    return {pair: frozenset(persons) for pair, persons in found.items()}


def superior_of(body: int, *, on: date) -> int | None:
    """Give the body that sends this one, else the one it is part of, if any. One query."""
    rows = _select(
        "SELECT source_id, target_id, kind FROM registry_tie"
        " WHERE ((target_id = %s AND kind = 'sends') OR (source_id = %s AND kind = 'part_of'))"
        f" AND {_in_force('registry_tie')}"
        " ORDER BY kind DESC, since DESC, source_id, target_id LIMIT 1",
        [body, body, on, on],
    )
    if not rows:
        return None
    source, target, kind = rows[0]
    return int(source if kind == "sends" else target)


def below(bodies: Iterable[int], *, on: date) -> frozenset[int]:
    """Give the bodies whose superior is one of these, and those of them that have none. One query.

    As `superior_of` says it for one body.
    """
    asked, senders, wholes = set(bodies), dict[int, int](), dict[int, int]()
    for source, target, kind in _select(
        "SELECT source_id, target_id, kind FROM registry_tie WHERE kind IN ('sends', 'part_of')"
        f" AND {_in_force('registry_tie')} ORDER BY since, source_id DESC, target_id DESC",
        [on, on],
    ):
        if kind == "sends":
            senders[target] = source
        else:
            wholes[source] = target
    superior = {**wholes, **senders}
    return frozenset(
        {body for body, above in superior.items() if above in asked}
        | {body for body in asked if body not in superior}
    )


def supervised_by(bodies: Iterable[int], *, on: date) -> frozenset[int]:
    """Give the bodies that any of `bodies` sits in or supervises. One query."""
    sources = list(bodies)
    if not sources:
        return frozenset()
    rows = _select(
        "SELECT target_id FROM registry_tie WHERE kind IN ('sits_in', 'supervises')"
        f" AND source_id IN ({_marks(sources)}) AND {_in_force('registry_tie')}",
        [*sources, on, on],
    )
    return frozenset(row[0] for row in rows)


def partners_of(bodies: Iterable[int], *, on: date) -> frozenset[int]:
    """Give the bodies one works with, oneself among them. One query.

    Above: who sends one, or what one is part of. From there and from oneself down: whom these send,
    sit in, supervise, partner, and their parts. A unit works with the teams that watch it, and with
    who sends those.
    """
    ties = _select(
        f"SELECT source_id, kind, target_id FROM registry_tie WHERE {_in_force('registry_tie')}",
        [on, on],
    )
    mine = set(bodies)
    above = _above(mine, ties)
    around = mine | above
    below = {to for source, kind, to in ties if source in around and kind != "part_of"}
    parts = {source for source, kind, to in ties if to in around and kind == "part_of"}
    beside = {source for source, kind, to in ties if to in mine and kind == "partner"}
    watching = {
        source for source, kind, to in ties if to in mine and kind in ("sits_in", "supervises")
    }
    return frozenset(around | below | parts | beside | watching | _above(watching, ties))


def _above(bodies: set[int], ties: Iterable[tuple[int, str, int]]) -> set[int]:
    """Give who sends any of these bodies, and what any of them is part of."""
    senders = {source for source, kind, to in ties if to in bodies and kind == "sends"}
    wholes = {to for source, kind, to in ties if source in bodies and kind == "part_of"}
    return senders | wholes


def names_of(persons: Iterable[int]) -> dict[int, Text]:
    """Give names by person id. One query, none when nothing is asked."""
    wanted = set(persons)
    if not wanted:
        return {}
    return {person.pk: person.name for person in Person.objects.filter(pk__in=wanted)}


def _in_force(table: str) -> str:
    """Say as SQL what `in_force` says; the day is given twice."""
    return f"{table}.since <= %s AND ({table}.until IS NULL OR {table}.until >= %s)"


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _select(query: str, values: Iterable[str | int | date]) -> list[Any]:
    """Give the rows of a query. Days go in as text, which both engines compare as days."""
    given = [value.isoformat() if isinstance(value, date) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())
