"""Signing in: the rules of the installation, the sessions under way, and who needs a second factor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.contrib.sessions.models import Session

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry import administration
from paizhu.registry.models import Account, Post, SignIn, SignInRules, Tenure
from paizhu.registry.principals import in_force

#: `SESSION_COOKIE_AGE` is the longest.
HOURS = range(1, 9)
BAD_HOURS = Text("登录时长须为 1 至 8 小时。", "A session lasts 1 to 8 hours.")
NO_POST = Text("没有这个岗位。", "There is no such post.")
NO_SESSION = Text("没有这个登录，或已结束。", "There is no such session, or it has ended.")
WAYS: dict[str, Text] = {
    "password": Text("口令", "password"),
    "code": Text("口令和动态码", "password and one-time code"),
    "passkey": Text("口令和通行密钥", "password and passkey"),
    "recovery": Text("口令和恢复码", "password and recovery code"),
    "link": Text("首次设置口令", "first password"),
    "demo": Text("演示一键登录", "demonstration, one click"),
}
MOST = 200


@dataclass(frozen=True, slots=True)
class Rules:
    """How one signs in here."""

    second_for: tuple[str, ...]
    hours: int


@dataclass(frozen=True, slots=True)
class PostTitle:
    """A kind of post, as a rule names it."""

    key: str
    title: Text
    #: A body that has it, and how many have it: two kinds of posts may bear one title.
    body: Text
    holders: int


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session under way."""

    number: int
    username: str
    name: Text
    at: datetime
    way: Text
    is_own: bool


def rules() -> Rules:
    """Give the rules for signing in. One query."""
    row = SignInRules.objects.first() or SignInRules()
    return Rules(tuple(row.second_for), row.hours)


def set_rules(*, second_for: Collection[str], hours: int) -> Rules:
    """Change the rules; they count from the next sign-in on."""
    known = {one.key for one in post_titles()}
    if not set(second_for) <= known:
        raise Invalid(NO_POST, fields={"second_for": NO_POST})
    if hours not in HOURS:
        raise Invalid(BAD_HOURS, fields={"hours": BAD_HOURS})
    chosen = {"second_for": sorted(set(second_for)), "hours": hours}
    SignInRules.objects.update_or_create(id=1, defaults=chosen)
    return rules()


def post_titles() -> list[PostTitle]:
    """Give the kinds of posts there are, administrators first. One query."""
    found: dict[str, PostTitle] = {}
    for post in Post.objects.select_related("body").order_by("key", "pk"):
        one = found.get(post.key, PostTitle(post.key, post.title, post.body.name, 0))
        found[post.key] = replace(one, holders=one.holders + 1)
    return sorted(found.values(), key=lambda one: (one.key not in administration.POSTS, one.key))


def needs_second(account: Account, *, on: date) -> bool:
    """Say whether a rule asks this account for a second factor. Two queries."""
    wanted = rules().second_for
    held = Tenure.objects.filter(in_force(on), person_id=account.person_id, post__key__in=wanted)
    return bool(wanted) and held.exists()


def begin(account: Account, *, session: str, way: str, now: datetime) -> None:
    """Note a session that has begun."""
    SignIn.objects.update_or_create(  # whoever signs in again keeps the key
        session=session, defaults={"account": account, "way": way, "at": now, "ended_at": None}
    )


def moved(old: str, new: str) -> None:
    """Follow a session to its new key."""
    SignIn.objects.filter(session=old).update(session=new)


def under_way(*, now: datetime, own: str = "", account: Account | None = None) -> list[SessionCard]:
    """Give the sessions that still count, newest first. Two queries."""
    living = Session.objects.filter(expire_date__gt=now).values("session_key")
    began = now - timedelta(hours=rules().hours)
    found = SignIn.objects.filter(ended_at=None, session__in=living, at__gt=began)
    found = found.filter(account__is_active=True)
    if account is not None:
        found = found.filter(account=account)
    return [
        SessionCard(
            number=one.pk,
            username=one.account.username,
            name=one.account.person.name,
            at=one.at,
            way=WAYS[one.way],
            is_own=one.session == own,
        )
        for one in found.select_related("account__person")[:MOST]
    ]


def end(number: int, *, now: datetime, account: Account | None = None) -> SignIn:
    """End one session; with an account, only one of that account's."""
    found = SignIn.objects.filter(pk=number, ended_at=None)
    if account is not None:
        found = found.filter(account=account)
    one = found.select_related("account").first()
    if one is None:
        raise NotFound(NO_SESSION)
    _end([one], now)
    return one


def end_all(account: Account, *, now: datetime, but: str = "") -> int:
    """End every session of an account, but one perhaps; give how many."""
    found = list(SignIn.objects.filter(account=account, ended_at=None).exclude(session=but))
    _end(found, now)
    return len(found)


def _end(sign_ins: list[SignIn], now: datetime) -> None:
    keys = [one.session for one in sign_ins]
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(session__in=keys).update(ended_at=now)
