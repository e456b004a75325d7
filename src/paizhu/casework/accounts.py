"""Accounts: opened, closed and given a first password here, with a page in the book each time.

Whoever looks after them never learns a password: they hand over a link that works once.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from paizhu.engine.entries import Entry, Value
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry import factors, feeds, signing, tokens
from paizhu.registry.models import Account, FirstPassword, Passkey, Person, Tenure, Totp
from paizhu.registry.principals import Who, in_force

LINK_COUNTS = timedelta(days=3)
PAGE = 50
USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}")
CODE = re.compile(r"[A-Za-z0-9-]{1,24}")
NO_ACCOUNT = Text("没有这个账号。", "There is no such account.")
NO_LINK = Text("链接无效、已用过或已过期。请联系安全管理员。",
               "The link is not valid, was used, or is too old. Ask the security administrator.")  # fmt: skip
NOT_ONESELF = Text(
    "不得处理自己的账号。请由他人办理。", "Not one's own account; have somebody else do it."
)
BAD_USERNAME = Text(
    "账号名为 2 至 64 个小写字母、数字、点或连字符。",
    "An account name has 2 to 64 lower-case letters, digits, dots or hyphens.",
)
BAD_CODE = Text("人员编号为 1 至 24 个字母、数字或连字符，不得用身份证号。",
                "A staff code has 1 to 24 letters, digits or hyphens; never an identity-card number.")  # fmt: skip
NAMES_NEEDED = Text("请填写姓名（中文、英文各一）。", "Give the name in Chinese and in English.")
TAKEN = Text("已经有了。", "It is taken.")
WEAK = Text(
    "口令至少 10 位，不能是常用口令、纯数字，也不能与账号相近。",
    "A password has at least 10 characters, is not common, not all digits, and unlike the account.",
)
WRONG = Text("当前口令不正确。", "The present password is not right.")
LEAST_LETTERS = 10


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as the security administrator sees it: nothing of what its owner does."""

    username: str
    name: Text
    code: str
    is_open: bool
    has_password: bool
    has_second: bool
    posts: tuple[tuple[int, Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts."""

    rows: tuple[AccountCard, ...]
    total: int


def accounts(*, query: str = "", page: int = 1, now: datetime) -> Accounts:
    """List accounts by name, username or staff code. Three queries."""
    words = query.strip()
    found = _with_factors()
    if words:
        by_name = Q(person__name_zh__icontains=words) | Q(person__name_en__icontains=words)
        found = found.filter(by_name | Q(username__icontains=words) | Q(person__code__iexact=words))
    start = (max(page, 1) - 1) * PAGE
    rows = list(found.order_by("username")[start : start + PAGE])
    return Accounts(tuple(_cards(rows, now)), found.count())


def account(username: str, *, now: datetime) -> AccountCard:
    """Give one account."""
    return _cards([_get(username)], now)[0]


def person_of(username: str) -> Person:
    """Give the person behind an account."""
    return _get(username).person


def open_new(
    actor: Who, *, username: str, code: str, zh: str, en: str, now: datetime
) -> tuple[AccountCard, str]:
    """Open an account for somebody new; give it with the secret of its link, this once."""
    given = {"username": username.strip().lower(), "code": code.strip()}
    names = (zh.strip()[:40], en.strip()[:80])
    errors: dict[str, Text] = {}
    if not USERNAME.fullmatch(given["username"]):
        errors["username"] = BAD_USERNAME
    elif Account.objects.filter(username=given["username"]).exists():
        errors["username"] = TAKEN
    if not CODE.fullmatch(given["code"]):
        errors["code"] = BAD_CODE
    elif Person.objects.filter(code=given["code"]).exists():
        errors["code"] = TAKEN
    if not all(names):
        errors["name_zh"] = NAMES_NEEDED
    if errors:
        raise Invalid(next(iter(errors.values())), fields=errors)
    with book.writing() as pen:
        person = Person.objects.create(code=given["code"], name_zh=names[0], name_en=names[1])
        made = _without_password(Account(username=given["username"], person=person))
        pen.append(None, _entry("opened", actor, made, now))
        secret = _link(made, now)
    return _cards([_get(made.username)], now)[0], secret


def open_founding(person: Person, *, username: str, language: str, now: datetime) -> str:
    """Open an account as the installation itself, while it is founded; give the secret of its link."""
    with book.writing() as pen:
        made = _without_password(Account(username=username, person=person, language=language))
        entry = _entry("opened", None, made, now)
        pen.append(None, replace(entry, person="system", name=""))
        return _link(made, now)


def new_link(actor: Who, username: str, *, now: datetime) -> str:
    """Take the password away and give the secret of a link that sets another, this once.

    Whoever had the password may have let a program in: tokens and the calendar address end too.
    """
    found = _other(actor, username)
    if not found.is_active:
        raise NotAllowed(Text("账号已关闭。", "The account is closed."))
    with book.writing() as pen:
        found.set_unusable_password()
        found.save(update_fields=["password"])
        signing.end_all(found, now=now)
        _end_programs(found, now)
        pen.append(None, _entry("link_made", actor, found, now))
        return _link(found, now)


def close(actor: Who, username: str, *, now: datetime) -> None:
    """Close an account: it signs in no more, its sessions, links, feeds and tokens end."""
    found = _other(actor, username)
    with book.writing() as pen:
        found.is_active = False
        found.save(update_fields=["is_active"])
        signing.end_all(found, now=now)
        _end_programs(found, now)
        FirstPassword.objects.filter(account=found).delete()
        pen.append(None, _entry("closed", actor, found, now))


def reopen(actor: Who, username: str, *, now: datetime) -> None:
    """Open a closed account again; its owner signs in with the password they had."""
    found = _other(actor, username)
    with book.writing() as pen:
        found.is_active = True
        found.save(update_fields=["is_active"])
        pen.append(None, _entry("reopened", actor, found, now))


def remove_factors(actor: Who, username: str, *, now: datetime) -> None:
    """Remove the second factors of somebody who has lost them."""
    found = _other(actor, username)
    with book.writing() as pen:
        factors.remove_all(found)
        signing.end_all(found, now=now)
        pen.append(None, _entry("factors_removed", actor, found, now))


def end_session(actor: Who, number: int, *, now: datetime) -> None:
    """End a session of somebody."""
    with book.writing() as pen:
        ended = signing.end(number, now=now)
        pen.append(None, _entry("session_ended", actor, ended.account, now))


def set_rules(actor: Who, *, second_for: Collection[str], hours: int, now: datetime) -> None:
    """Change the rules for signing in."""
    with book.writing() as pen:
        signing.set_rules(second_for=second_for, hours=hours)
        pen.append(None, _entry("rules_set", actor, None, now))


# --- by its owner --------------------------------------------------------------------------------


def of_link(secret: str, *, now: datetime) -> Account:
    """Give the account a link is for, while the link counts."""
    links = FirstPassword.objects.filter(
        digest=_digest(secret), expires_at__gt=now, account__is_active=True
    )
    found = links.select_related("account__person").first()
    if found is None:
        raise NotFound(NO_LINK)
    return found.account


def set_first_password(secret: str, password: str, *, now: datetime) -> Account:
    """Set the password of the account a link is for; the link counts no more."""
    with book.writing() as pen:  # of two at once, the second finds the link gone
        found = of_link(secret, now=now)
        _strong(password, found)
        FirstPassword.objects.filter(account=found).delete()
        found.set_password(password)
        found.save(update_fields=["password"])
        pen.append(None, _entry("password_set", None, found, now))
    return found


def change_password(found: Account, *, old: str, new: str, session: str, now: datetime) -> None:
    """Change one's own password; one's other sessions end."""
    prove(found, old)
    _strong(new, found)
    with book.writing() as pen:
        found.set_password(new)
        found.save(update_fields=["password"])
        signing.end_all(found, now=now, but=session)
        pen.append(None, _entry("password_set", None, found, now))


def prove(found: Account, password: str) -> None:
    """Raise Invalid unless whoever sits here knows the password of the account."""
    if not found.check_password(password):
        raise Invalid(WRONG, fields={"password": WRONG})


# --- within --------------------------------------------------------------------------------------


def _with_factors() -> QuerySet[Account]:
    mine = OuterRef("pk")
    codes = Totp.objects.filter(account_id=mine, confirmed_at__isnull=False)
    second = Exists(codes) | Exists(Passkey.objects.filter(account_id=mine))
    found: QuerySet[Account] = Account.objects.select_related("person").annotate(has_second=second)
    return found


def _get(username: str) -> Account:
    found = _with_factors().filter(username=username).first()
    if found is None:
        raise NotFound(NO_ACCOUNT)
    return found


def _other(actor: Who, username: str) -> Account:
    found = _get(username)
    if found.person_id == actor.person:
        raise NotAllowed(NOT_ONESELF)
    return found


def _cards(rows: list[Account], now: datetime) -> list[AccountCard]:
    on = timezone.localdate(now)
    held: dict[int, list[tuple[int, Text, Text]]] = {}
    tenures = Tenure.objects.filter(
        in_force(on), person_id__in=[one.person_id for one in rows]
    ).select_related("post__body")
    for tenure in tenures.order_by("post__body__code", "post__key"):
        of = (tenure.pk, tenure.post.title, tenure.post.body.name)
        held.setdefault(tenure.person_id, []).append(of)
    return [
        AccountCard(
            username=one.username,
            name=one.person.name,
            code=one.person.code,
            is_open=one.is_active,
            has_password=one.has_usable_password(),
            has_second=bool(getattr(one, "has_second", False)),
            posts=tuple(held.get(one.person_id, ())),
        )
        for one in rows
    ]


def _without_password(made: Account) -> Account:
    made.set_unusable_password()
    made.save()
    return made


def _end_programs(found: Account, now: datetime) -> None:
    """End what lets programs in as an account; reopening it does not bring that back."""
    tokens.end_all(found, now=now)
    feeds.end(found)


def _link(found: Account, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    FirstPassword.objects.filter(account=found).delete()
    FirstPassword.objects.create(
        account=found, digest=_digest(secret), made_at=now, expires_at=now + LINK_COUNTS
    )
    return secret


def _strong(password: str, found: Account) -> None:
    try:
        validate_password(password, found)
        is_strong = len(password) >= LEAST_LETTERS
    except ValidationError:
        is_strong = False
    if not is_strong:
        raise Invalid(WEAK, fields={"new": WEAK})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _entry(what: str, actor: Who | None, found: Account | None, now: datetime) -> Entry:
    at = timezone.localtime(now)
    own = found.person if actor is None and found is not None else None
    name = actor.name.zh if actor else own.name_zh if own else ""
    payload: dict[str, Value] = {
        "what": what,
        "account": found.username if found else "",
        "person": found.person.key if found else "",
    }
    return Entry(
        kind="accounts_changed",
        person=actor.key if actor else own.key if own else "system",
        name=name,
        post="",
        at=at,
        day=at.date(),
        rules="",
        payload=payload,
    )
