"""Names of persons by key, and persons by name, code or account: for lists about posts and reading."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from paizhu.kernel.text import Text
from paizhu.registry.models import Person, Post
from paizhu.registry.principals import names_of, post_principal

MOST = 50


def names(keys: Iterable[str]) -> dict[str, Text]:
    """Give names by key: `person:17`. One query."""
    ids = [key.removeprefix("person:") for key in keys if key.startswith("person:")]
    return {f"person:{pk}": name for pk, name in names_of(map(int, ids)).items()}


def posts(principals: Iterable[str]) -> dict[str, Text]:
    """Give posts with their bodies by principal: `post:head@body:3`. One query."""
    asked = {name for name in principals if name}
    keys = {name.removeprefix("post:").partition("@")[0] for name in asked}
    found: dict[str, Text] = {}
    for post in Post.objects.filter(key__in=keys).select_related("body").order_by("pk"):
        body, title = post.body.name, post.title
        said = Text(f"{body.zh}{title.zh}", f"{title.en}, {body.en}")
        found[post_principal(post.key, post.body_id)] = said
    return {name: found[name] for name in asked & found.keys()}


def called(words: str) -> frozenset[str]:
    """Give the keys of persons by part of a name, or by code or account. One query."""
    by_name = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
    found = Person.objects.filter(by_name | Q(code__iexact=words) | Q(account__username=words))
    return frozenset(person.key for person in found.order_by("pk")[:MOST])


def one(words: str) -> Person | None:
    """Give the person of a staff code or an account."""
    given = words.strip()
    found = Person.objects.filter(Q(code__iexact=given) | Q(account__username=given))
    return found.first()
