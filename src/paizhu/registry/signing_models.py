"""The tables of signing in and of what is sent out: factors, links, sessions, rules, feeds, mail.

No secret stands here that could be used as it is: links, codes and feeds are digests, the secret of
one-time codes is encrypted, and of a passkey only the public half is known.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class SignInRules(models.Model):
    """The one row of rules for signing in."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    #: Keys of posts whose holders need a second factor.
    second_for = models.JSONField(default=list)
    #: How long a session lasts at most.
    hours = models.PositiveSmallIntegerField(default=8)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="sign_in_rules_alone", condition=Q(id=1)),
            models.CheckConstraint(
                name="sign_in_hours_of_a_day", condition=Q(hours__gte=1, hours__lte=24)
            ),
        ]


class SignIn(models.Model):
    """A session somebody began, so that it can be shown and ended."""

    account = models.ForeignKey("registry.Account", models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()
    #: `password`, `code`, `passkey`, `recovery`, `link`, `demo`.
    way = models.CharField(max_length=16)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-at"], name="sign_in_newest")]


class FirstPassword(models.Model):
    """A link with which somebody sets their own password, once, until a moment."""

    account = models.OneToOneField("registry.Account", models.CASCADE, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="first_password_expires", condition=Q(expires_at__gt=F("made_at"))
            )
        ]


class Totp(models.Model):
    """The shared secret of one-time codes; it counts once a first code has confirmed it."""

    account = models.OneToOneField("registry.Account", models.CASCADE, related_name="totp")
    #: Encrypted under the key of the installation.
    secret = models.CharField(max_length=240)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    #: The last step of thirty seconds whose code was taken: a code is good once.
    step = models.BigIntegerField(default=0)


class Passkey(models.Model):
    """The public half of a key that an authenticator keeps."""

    account = models.ForeignKey("registry.Account", models.CASCADE, related_name="passkeys")
    #: What its owner calls it.
    name = models.CharField(max_length=80)
    #: As base64url.
    credential = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    used_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]


class RecoveryCode(models.Model):
    """A code for the day the phone is lost; good once."""

    account = models.ForeignKey("registry.Account", models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")
        ]


class DueFeed(models.Model):
    """Lets a calendar program ask for somebody's due days, by a secret address, until ended."""

    account = models.OneToOneField("registry.Account", models.CASCADE, related_name="due_feed")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    used_date = models.DateField(null=True, blank=True)


class MailWish(models.Model):
    """Where somebody wants a daily letter that says how much is unread, and nothing else."""

    account = models.OneToOneField("registry.Account", models.CASCADE, related_name="mail_wish")
    address = models.EmailField()
    sent_at = models.DateTimeField(null=True, blank=True)
    #: The last letter could not be handed over.
    failed = models.BooleanField(default=False)
