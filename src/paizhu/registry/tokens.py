"""Tokens: a program acts as one account, within scopes, until a day. Never more than the account.

The secret is shown once. A digest is kept: 256 random bits need no slow hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.registry.models import Account, Token

#: What a token may be for; whatever it names, its account's rights are the limit.
SCOPES: dict[str, Text] = {
    "read": Text("查看可知悉的事项", "read the matters one may know of"),
    "act": Text("办理：登记、提请、签批等", "act: open, propose, sign and so on"),
    "returns": Text("查看和统计报表", "read and compute returns"),
}
LONGEST = timedelta(days=366)
LONGEST_NAME = 80
#: So that a secret found somewhere is recognised for what it is.
PREFIX = "paizhu_"

NAME_NEEDED = Text("请写明用途（不超过 80 字）。", "Say what it is for, in 80 characters.")
SCOPE_NEEDED = Text("请至少选择一项范围。", "Choose at least one scope.")
EXPIRY = Text("有效期须在 1 天至 366 天之间。", "It must expire in 1 to 366 days.")
NO_TOKEN = Text("没有这个令牌。", "There is no such token.")


@dataclass(frozen=True, slots=True)
class TokenCard:
    """A token as its owner sees it; never its secret."""

    number: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    #: The last day it was used.
    used_date: date | None


def issue(
    account: Account, *, name: str, scopes: Iterable[str], expires_at: datetime, now: datetime
) -> tuple[TokenCard, str]:
    """Make a token; give it with its secret, which nobody can give a second time."""
    chosen, called = set(scopes), name.strip()
    errors: dict[str, Text] = {}
    if not 0 < len(called) <= LONGEST_NAME:
        errors["name"] = NAME_NEEDED
    if not chosen or not chosen <= SCOPES.keys():
        errors["scopes"] = SCOPE_NEEDED
    if not timedelta(0) < expires_at - now <= LONGEST:
        errors["expires"] = EXPIRY
    if errors:
        raise Invalid(next(iter(errors.values())), fields=errors)
    secret = PREFIX + secrets.token_urlsafe(32)
    made = Token.objects.create(
        account=account,
        name=called,
        digest=_digest(secret),
        scopes=" ".join(scope for scope in SCOPES if scope in chosen),
        created_at=now,
        expires_at=expires_at,
    )
    return card(made), secret


def of_secret(secret: str, *, now: datetime) -> Token | None:
    """Give the token of a secret while it counts: known, not expired, not revoked, account open."""
    in_use = Token.objects.filter(
        expires_at__gt=now, revoked_at__isnull=True, account__is_active=True
    )
    found = in_use.select_related("account__person").filter(digest=_digest(secret)).first()
    today = timezone.localdate(now)
    if found is not None and found.used_date != today:
        Token.objects.filter(pk=found.pk).update(used_date=today)
    return found


def mine(account: Account) -> list[TokenCard]:
    """Give an account's tokens, newest first, also those that no longer count."""
    return [card(token) for token in Token.objects.filter(account=account)]


def card(token: Token) -> TokenCard:
    """Give a token as its owner sees it."""
    return TokenCard(
        token.pk,
        token.name,
        tuple(token.scopes.split()),
        token.created_at,
        token.expires_at,
        token.revoked_at,
        token.used_date,
    )


def revoke(account: Account, number: int, *, now: datetime) -> TokenCard:
    """End one of an account's own tokens; once ended it stays ended."""
    found = Token.objects.filter(account=account, pk=number).first()
    if found is None:
        raise NotFound(NO_TOKEN)
    if found.revoked_at is None:
        found.revoked_at = now
        found.save(update_fields=["revoked_at"])
    return card(found)


def end_all(account: Account, *, now: datetime) -> None:
    """End every token of an account that still counts."""
    Token.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=now)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
