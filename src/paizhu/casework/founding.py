"""Found an empty installation: its bodies, posts, people and accounts, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from paizhu.casework import accounts, posts, rulebook
from paizhu.casework.models import Matter
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Body, Person, Post, Tie
from paizhu.rules.charter import Charter, PersonHere

LANGUAGES = {"zh": "zh-hans", "en": "en"}
TITLES = {
    "system_admin": Text("系统管理员", "System administrator"),
    "security_admin": Text("安全管理员", "Security administrator"),
    "audit_admin": Text("审计管理员", "Audit administrator"),
}


#: Where this is missing, there is nothing yet that could stand in the way.
TABLE = Body._meta.db_table


@dataclass(frozen=True, slots=True)
class Link:
    """With which secret the owner of an account sets the first password, once."""

    username: str
    person: str
    name: Text
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Founded:
    """What was made, and the last page of the book."""

    counted: dict[str, int]
    page: int
    links: tuple[Link, ...]


def refuse_unless_empty() -> None:
    """Raise NotAllowed if there is any body, person or matter.

    Pages alone do not stand in the way: to serve empty tables writes down the rules in use.
    """
    bodies, persons, matters = Body.objects.count(), Person.objects.count(), Matter.objects.count()
    if bodies or persons or matters:
        raise NotAllowed(
            Text(
                f"这里已有 {bodies} 个单位、{persons} 名人员、{matters} 个事项，不能再次建立，未作任何改动。"
                "今后的任免和账号请在页面上由规定的人员办理；要从头建立，请用 --data 另选空目录，或另给空数据库。",
                f"There are {bodies} bodies, {persons} persons and {matters} matters already, so nothing was "
                "founded or changed. Posts and accounts are from now on changed on the pages, "
                "by those who may; to begin anew, name an empty folder with --data, or an empty database.",
            )
        )


def found(charter: Charter, *, now: datetime) -> Founded:
    """Make everything the charter names; people are put on posts through the book."""
    with transaction.atomic():
        with book.writing():  # of two at once, the second waits here and finds the first
            refuse_unless_empty()
        rulebook.publish(now)
        bodies = _bodies(charter)
        _ties(charter, bodies)
        held = _posts(charter, bodies)
        links = [_person(one, charter, held, now) for one in charter.persons]
        counted = {
            "bodies": len(bodies),
            "ties": len(charter.ties),
            "posts": len(held),
            "persons": len(charter.persons),
            "tenures": sum(len(_holds(one, charter)) for one in charter.persons),
        }
        kept = tuple(link for link in links if link is not None)
        return Founded(counted, book.last().seq, kept)


def _bodies(charter: Charter) -> dict[str, Body]:
    return {
        one.code: Body.objects.create(
            code=one.code, kind=one.kind, name_zh=one.name.zh, name_en=one.name.en
        )
        for one in charter.bodies
    }


def _ties(charter: Charter, bodies: dict[str, Body]) -> None:
    for one in charter.ties:
        Tie.objects.create(
            source=bodies[one.source],
            target=bodies[one.target],
            kind=one.kind,
            since=one.since,
            until=one.until,
        )


def _posts(charter: Charter, bodies: dict[str, Body]) -> dict[tuple[str, str], Post]:
    """Make the posts of each body, and the three that look after the installation."""
    titles = {(one.code, post.key): post.title for one in charter.bodies for post in one.posts}
    titles |= {(charter.administrators.at, key): title for key, title in TITLES.items()}
    return {
        (code, key): Post.objects.create(
            body=bodies[code], key=key, title_zh=title.zh, title_en=title.en
        )
        for (code, key), title in titles.items()
    }


def _person(
    one: PersonHere, charter: Charter, held: dict[tuple[str, str], Post], now: datetime
) -> Link | None:
    """Enter a person, put them on their posts, open their account."""
    person = Person.objects.create(code=one.code, name_zh=one.name.zh, name_en=one.name.en)
    for at, post, since in _holds(one, charter):
        posts.appoint(actor=None, person=person, post=held[at, post], since=since, now=now)
    if one.account is None:
        return None
    secret = accounts.open_founding(
        person, username=one.account, language=LANGUAGES[one.language], now=now
    )
    expires_at = now + accounts.LINK_COUNTS
    return Link(one.account, one.code, one.name, secret, expires_at)


def _holds(one: PersonHere, charter: Charter) -> list[tuple[str, str, date]]:
    """Give the posts of a person; those of an administrator are named apart from all others."""
    three = charter.administrators
    own = [
        (three.at, post, three.since) for post, code in three.named().items() if code == one.code
    ]
    return own + [(held.at, held.post, held.since) for held in one.holds]
