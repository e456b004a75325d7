"""Bodies and their dated ties, posts, persons in posts, accounts. Plain tables, no ledger here.

There is no table for anybody who holds no public post (refusal 10): a person without a tenure or
an account has nothing to be entered for.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from paizhu.kernel.text import Text
from paizhu.registry.signing_models import (
    DueFeed,
    FirstPassword,
    MailWish,
    Passkey,
    RecoveryCode,
    SignIn,
    SignInRules,
    Totp,
)

__all__ = [
    "Account", "Body", "DueFeed", "FirstPassword", "MailWish", "Passkey", "Person", "Post",
    "RecoveryCode", "SentOnce", "SignIn", "SignInRules", "Tenure", "Tie", "Token", "Totp",
]  # fmt: skip


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(until__isnull=True) | Q(until__gte=F("since"))
    )


class Body(models.Model):
    """An organ, an office of it, a team, a unit, or a partner."""

    KINDS = ("organ", "office", "team", "unit", "partner")

    #: Short, stable, used in numbers: `WJ`.
    code = models.SlugField(max_length=16, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])

    class Meta:
        ordering: ClassVar = ["code"]

    @property
    def name(self) -> Text:
        return Text(self.name_zh, self.name_en)


class Tie(models.Model):
    """A dated relation: `source` sends, sits in, is part of, supervises, or partners `target`."""

    KINDS = ("sends", "sits_in", "part_of", "supervises", "partner")

    source = models.ForeignKey(Body, models.PROTECT, related_name="ties_out")
    target = models.ForeignKey(Body, models.PROTECT, related_name="ties_in")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            _ends_after_start("tie_ends_after_start"),
            models.UniqueConstraint(
                fields=["source", "target", "kind", "since"], name="tie_once_a_day"
            ),
        ]


class Post(models.Model):
    """A standing role in a body; `key` is what procedures call it: `head`, `keeper`, `liaison`."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    key = models.SlugField(max_length=32)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "key"], name="post_once_in_a_body")
        ]

    @property
    def title(self) -> Text:
        return Text(self.title_zh, self.title_en)


class Person(models.Model):
    """Someone who holds, or held, a public post."""

    #: Staff code; never an identity-card number.
    code = models.CharField(max_length=24, unique=True)
    name_zh = models.CharField(max_length=40, db_index=True)
    name_en = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["id"]

    @property
    def name(self) -> Text:
        return Text(self.name_zh, self.name_en)

    @property
    def key(self) -> str:
        return f"person:{self.pk}"


class Tenure(models.Model):
    """A person holds a post from a day, until a day inclusive."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tenures")
    post = models.ForeignKey(Post, models.PROTECT, related_name="tenures")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            _ends_after_start("tenure_ends_after_start"),
            models.UniqueConstraint(fields=["person", "post", "since"], name="tenure_once_a_day"),
        ]


class Accounts(BaseUserManager["Account"]):
    """Find accounts for sign-in, each with its person: every page asks who that is."""

    def get_queryset(self) -> models.QuerySet[Account]:
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A sign-in for one person. There is no account that may do everything."""

    username = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    language = models.CharField(
        max_length=8, default="zh-hans", choices=[("zh-hans", "中文"), ("en", "English")]
    )
    is_active = models.BooleanField(default=True)

    objects = Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Token(models.Model):
    """Lets a program in as one account: for named scopes, until a moment, until revoked.

    The secret itself is nowhere here; what is kept cannot be turned back into it.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    #: What its owner calls it: which program, on which machine.
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    #: Words between spaces, in the order of `registry.tokens.SCOPES`.
    scopes = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: A day is enough to see what is still in use, and costs one write a day.
    used_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="token_expires", condition=Q(expires_at__gt=F("created_at"))
            )
        ]


class SentOnce(models.Model):
    """What a program sent under a key of its own, and the answer: sent again, it is done once."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    #: Of address and content: the same key for something else is refused.
    digest = models.CharField(max_length=64)
    #: The answer as JSON; empty while the first sending is under way.
    answer = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "key"], name="sent_once_by_key")
        ]
