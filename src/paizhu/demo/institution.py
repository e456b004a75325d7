"""Make bodies, ties, posts, people and accounts; people are put on posts through the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from paizhu.casework import posts
from paizhu.demo.names import names
from paizhu.demo.places import (
    ADMINISTRATORS,
    HOSPITALS,
    OFFICES,
    ORGAN,
    PARTNERS,
    POSTS,
    TEAMS,
    Place,
    PostKind,
)
from paizhu.demo.size import Size
from paizhu.kernel.text import Text
from paizhu.registry.models import Account, Body, Person, Post, Tie


@dataclass(slots=True)
class Institution:
    """What was made, by code: bodies, who holds which post, which units a team supervises.

    `codes` leads from the id of a body to its code, `people` from a person's key to the person.
    """

    bodies: dict[str, Body] = field(default_factory=dict)
    holders: dict[tuple[str, str], list[Person]] = field(default_factory=dict)
    units: dict[str, list[str]] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)

    codes: dict[int, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def teams(self) -> list[str]:
        return list(self.units)

    def key(self, body: str) -> str:
        """Give a body as a form names it."""
        return f"body:{self.bodies[body].pk}"

    def holder(self, body: str, post: str, number: int = 0) -> Person:
        """Give the person on a post."""
        return self.holders[(body, post)][number]


def make(size: Size, *, since: date, now: datetime, password: str) -> Institution:
    """Make the whole institution as it was on the day the demonstration begins."""
    made = Institution()
    teams = TEAMS[: size.teams]
    hospitals = HOSPITALS[: size.hospitals]
    seats = tuple(place for pair in teams for place in pair)
    places = (ORGAN, *OFFICES, *seats, *hospitals, *PARTNERS)
    for place in places:
        made.bodies[place.code] = Body.objects.create(
            code=place.code, kind=place.kind, name_zh=place.name.zh, name_en=place.name.en
        )
        made.codes[made.bodies[place.code].pk] = place.code
    _tie(made, teams, hospitals, since)
    # Hashed once: a hash for each of 150 accounts would take longer than all the rest.
    people = _People(made, names(size.dice("names")), make_password(password), since, now)
    for place in places:
        for kind in POSTS[place.posts]:
            people.put(place, kind)
    for kind in ADMINISTRATORS:
        people.put(ORGAN, kind)
    Account.objects.bulk_create(made.accounts)
    return made


def _tie(
    made: Institution,
    teams: tuple[tuple[Place, Place], ...],
    hospitals: tuple[Place, ...],
    since: date,
) -> None:
    ties = [("part_of", office.code, ORGAN.code) for office in OFFICES]
    ties += [("partner", ORGAN.code, partner.code) for partner in PARTNERS]
    for team, host in teams:
        ties += [("sends", ORGAN.code, team.code), ("sits_in", team.code, host.code)]
        made.units[team.code] = [host.code]
    team, host = teams[0]
    for hospital in hospitals:
        ties += [("supervises", team.code, hospital.code), ("part_of", hospital.code, host.code)]
        made.units[team.code].append(hospital.code)
    Tie.objects.bulk_create(
        Tie(kind=kind, source=made.bodies[source], target=made.bodies[target], since=since)
        for kind, source, target in ties
    )


@dataclass(slots=True)
class _People:
    """Puts people on posts, through the book."""

    made: Institution
    names: Iterator[Text]
    password: str
    since: date
    now: datetime
    count: int = 0

    def put(self, place: Place, kind: PostKind) -> None:
        """Make a post and the people on it."""
        post = Post.objects.create(
            body=self.made.bodies[place.code],
            key=kind.key,
            title_zh=kind.title.zh,
            title_en=kind.title.en,
        )
        held = self.made.holders.setdefault((place.code, kind.key), [])
        for _ in range(kind.holders):
            self.count += 1
            name = next(self.names)
            person = Person.objects.create(
                code=f"QY{self.count:05}", name_zh=name.zh, name_en=name.en
            )
            held.append(person)
            self.made.people[person.key] = person
            posts.appoint(actor=None, person=person, post=post, since=self.since, now=self.now)
            if kind.has_account:
                username = _username(place, kind, len(held))
                account = Account(username=username, person=person, password=self.password)
                self.made.accounts.append(account)


def _username(place: Place, kind: PostKind, number: int) -> str:
    words = f"{place.code}-{kind.key}".lower().replace("_", "-")
    return f"{words}-{number}" if kind.holders > 1 else words
