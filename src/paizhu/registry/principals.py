"""From a person to the principals they have on a day, and from a post to its holders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from paizhu.kernel.text import Text
from paizhu.registry.models import Account, Body, Person, Tenure, Tie


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
        HeldPost(
            tenure.post.key,
            tenure.post.title,
            tenure.post.body_id,
            tenure.post.body.code,
            tenure.post.body.name,
            tenure.post.body.kind,
        )
        for tenure in Tenure.objects.filter(in_force(on), person=person)
        .select_related("post__body")
        .order_by("post__body__code", "post__key")
    )
    principals = {f"person:{person.pk}"} | {post_principal(h.post, h.body) for h in held}
    return Who(person.pk, person.name, frozenset(principals), held, language, local)


def holders(
    posts: Iterable[tuple[str, int]], *, on: date
) -> Mapping[tuple[str, int], frozenset[int]]:
    """Give who holds each (post key, body id) on that day. One query."""
    wanted = set(posts)
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    if wanted:
        rows = Tenure.objects.filter(
            in_force(on),
            post__body_id__in={body for _, body in wanted},
            post__key__in={post for post, _ in wanted},
        ).values_list("post__key", "post__body_id", "person_id")
        for post, body, person in rows:
            found[(post, body)].add(person)
    return {pair: frozenset(found.get(pair, ())) for pair in wanted}


def superior_of(body: int, *, on: date) -> int | None:
    """Give the body that sends this one, else the one it is part of, if any."""
    sent = (
        Tie.objects.filter(in_force(on), target_id=body, kind="sends")
        .order_by("-since", "source_id")
        .values_list("source_id", flat=True)
    )
    whole = (
        Tie.objects.filter(in_force(on), source_id=body, kind="part_of")
        .order_by("-since", "target_id")
        .values_list("target_id", flat=True)
    )
    return sent.first() or whole.first()


def supervised_by(bodies: Iterable[int], *, on: date) -> frozenset[int]:
    """Give the bodies that any of `bodies` sits in or supervises."""
    return frozenset(
        Tie.objects.filter(
            in_force(on), source_id__in=list(bodies), kind__in=["sits_in", "supervises"]
        ).values_list("target_id", flat=True)
    )


def partners_of(bodies: Iterable[int], *, on: date) -> frozenset[int]:
    """Give the bodies one works with, oneself among them. One query.

    Above: who sends one, or what one is part of. From there and from oneself down: whom these send,
    sit in, supervise, partner, and their parts. A unit works with the teams that watch it, and with
    who sends those.
    """
    ties = list(Tie.objects.filter(in_force(on)).values_list("source_id", "kind", "target_id"))
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


def body_by_code(code: str) -> Body | None:
    """Find a body by its code."""
    return Body.objects.filter(code=code).first()
