"""Bodies with their posts and who holds them on a day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from paizhu.kernel.text import Text
from paizhu.registry.models import Body, Post, Tenure


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody on a post, now or from a day that is still ahead."""

    number: int
    name: Text
    code: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post of a body with its holders."""

    key: str
    title: Text
    holders: tuple[Held, ...]


def bodies(ids: Collection[int]) -> list[Body]:
    """Give bodies in the order of their codes. One query."""
    return list(Body.objects.filter(pk__in=ids).order_by("code"))


def posts_of(body: Body, *, on: date) -> list[PostCard]:
    """Give the posts of a body with whoever holds them, or will. Two queries."""
    held: dict[int, list[Held]] = {}
    current = Q(until__isnull=True) | Q(until__gte=on)
    tenures = Tenure.objects.filter(current, post__body=body).select_related("person")
    for one in tenures.order_by("since", "pk"):
        card = Held(one.pk, one.person.name, one.person.code, one.since, one.until)
        held.setdefault(one.post_id, []).append(card)
    found = Post.objects.filter(body=body).order_by("key")
    return [PostCard(post.key, post.title, tuple(held.get(post.pk, ()))) for post in found]


def post(body: Body, key: str) -> Post | None:
    """Give a post of a body."""
    return Post.objects.filter(body=body, key=key).select_related("body").first()


def tenure(body: Body, number: str) -> Tenure | None:
    """Give a tenure of a body by its number as it was sent."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    found = Tenure.objects.filter(post__body=body, pk=int(number))
    return found.select_related("post__body", "person").first()
