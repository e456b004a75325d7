"""Who there is in a very large installation: one organ, its teams, and a unit under each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.contrib.auth.hashers import make_password

from paizhu.casework import posts
from paizhu.demo.names import names
from paizhu.demo.places import POSTS
from paizhu.registry.models import Account, Body, Person, Post, Tie

#: Five people a team: the last post is held by two.
IN_TEAM = ("head", "section_head", "keeper", "officer", "officer")
IN_UNIT = ("unit_head", "liaison", "finance")
ABOVE = "duty_leader"


@dataclass(frozen=True, slots=True)
class Cast:
    """The people one matter needs."""

    organ: int
    team: int
    code: str
    unit: int
    people: Mapping[str, tuple[Person, ...]]

    def one(self, post: str) -> Person:
        """Give the first holder of a post."""
        return self.people[post][0]

    def body_at(self, place: str) -> int:
        """Give the body that has a part in the matter."""
        return {"holder": self.team, "superior": self.organ, "respondent": self.unit}[place]


def make(teams: int, *, since: date, now: datetime, password: str) -> list[Cast]:
    """Make everybody, put them on their posts through the book; accounts for organ and teams."""
    organ = _body("SJW", "organ", "派出机关", "Sending organ")
    people = _People(names(Random("bulk")), make_password(password), since, now)
    leader = people.put(organ, "organ", (ABOVE,), prefix="sjw")
    casts = []
    for number in range(1, teams + 1):
        team = _body(f"T{number:02}", "team", f"第{number}派驻组", f"Team {number}")
        unit = _body(f"U{number:02}", "unit", f"第{number}驻在单位", f"Unit {number}")
        for kind, source, target in (("sends", organ, team), ("sits_in", team, unit)):
            Tie.objects.create(kind=kind, source=source, target=target, since=since)
        held = people.put(team, "team", IN_TEAM, prefix=team.code.lower())
        below = people.put(unit, "hospital", IN_UNIT)
        casts.append(Cast(organ.pk, team.pk, team.code, unit.pk, {**leader, **held, **below}))
    Account.objects.bulk_create(people.accounts)
    return casts


def _body(code: str, kind: str, zh: str, en: str) -> Body:
    return Body.objects.create(code=code, kind=kind, name_zh=zh, name_en=en)


class _People:
    """Makes people and puts them on posts."""

    def __init__(self, given: object, password: str, since: date, now: datetime) -> None:
        self.names, self.password, self.since, self.now = given, password, since, now
        self.accounts: list[Account] = []
        self.count = 0

    def put(
        self, body: Body, kind: str, keys: tuple[str, ...], *, prefix: str = ""
    ) -> dict[str, tuple[Person, ...]]:
        """Make the posts of a body with their holders; accounts when there is a prefix for them."""
        titles = {post.key: post.title for post in POSTS[kind]}
        made: dict[str, Post] = {}
        found: dict[str, tuple[Person, ...]] = {}
        for key in keys:
            if key not in made:
                title = titles[key]
                made[key] = Post.objects.create(
                    body=body, key=key, title_zh=title.zh, title_en=title.en
                )
            person = self._person()
            posts.appoint(actor=None, person=person, post=made[key], since=self.since, now=self.now)
            found[key] = (*found.get(key, ()), person)
            if prefix:
                username = f"{prefix}-{key}-{len(found[key])}".replace("_", "-")
                self.accounts.append(
                    Account(username=username, person=person, password=self.password)
                )
        return found

    def _person(self) -> Person:
        self.count += 1
        name = next(self.names)  # type: ignore[call-overload]
        return Person.objects.create(code=f"B{self.count:05}", name_zh=name.zh, name_en=name.en)
