"""Secret addresses under which a calendar program asks for somebody's due days, until ended.

One an account; the secret is shown once and only its digest is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.utils import timezone

from paizhu.registry.models import Account, DueFeed


def make(account: Account, *, now: datetime) -> str:
    """Give a new secret, this once; the one before counts no more."""
    secret = secrets.token_urlsafe(32)
    DueFeed.objects.filter(account=account).delete()
    DueFeed.objects.create(account=account, digest=_digest(secret), made_at=now)
    return secret


def end(account: Account) -> bool:
    """End the address of an account; say whether there was one."""
    return DueFeed.objects.filter(account=account).delete()[0] > 0


def mine(account: Account) -> DueFeed | None:
    """Give when an account's address was made and last used."""
    return DueFeed.objects.filter(account=account).first()


def of_secret(secret: str, *, now: datetime) -> Account | None:
    """Give the account behind a secret while both count."""
    found = (
        DueFeed.objects.filter(digest=_digest(secret), account__is_active=True)
        .select_related("account__person")
        .first()
    )
    if found is None:
        return None
    today = timezone.localdate(now)
    if found.used_date != today:
        DueFeed.objects.filter(pk=found.pk).update(used_date=today)
    return found.account


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
