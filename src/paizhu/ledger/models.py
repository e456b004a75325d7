"""The tables of the book. What they may not do is refused by triggers, in migration 0002.

Moments and days are kept as text: what was hashed is what stands there, on either database.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """One page: written once; later only payload and salt may become null, both together."""

    #: Numbered without gaps, so that taking out a whole matter shows too. Not a big integer: on
    #: SQLite an integer key is the row's own place, with no second index to write and to read.
    seq = models.IntegerField(primary_key=True)
    #: Reference of the matter; null for lines about the book itself.
    matter = models.CharField(max_length=64, null=True)
    version = models.IntegerField()
    header = models.TextField()
    payload = models.TextField(null=True)
    salt = models.CharField(max_length=64, null=True)
    payload_digest = models.CharField(max_length=80)
    prev = models.CharField(max_length=80)
    digest = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "version"],
                condition=Q(matter__isnull=False),
                name="ledger_entry_version_once",
            ),
            models.CheckConstraint(
                condition=Q(payload__isnull=True, salt__isnull=True)
                | Q(payload__isnull=False, salt__isnull=False),
                name="ledger_entry_payload_with_salt",
            ),
            models.CheckConstraint(
                condition=Q(matter__isnull=True, version=0)
                | Q(matter__isnull=False, version__gte=1),
                name="ledger_entry_version_counts",
            ),
        ]


class Head(models.Model):
    """The one row that says where the book ends; taking it makes one writer wait for another."""

    id = models.SmallIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=80)
    at = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="ledger_head_alone"),
        ]


class Checkpoint(models.Model):
    """A signed statement of where the book ended; the same words stand in page `entry`."""

    entry = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=80)
    at = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(entry__gt=F("seq")), name="ledger_checkpoint_after"),
        ]


class ReadLine(models.Model):
    """Who read sensitive content, when: appended without a lock, sealed into the book each day."""

    at = models.CharField(max_length=40)
    day = models.CharField(max_length=10, db_index=True)
    person = models.CharField(max_length=64)
    ref = models.CharField(max_length=64, db_index=True)
    what = models.CharField(max_length=64)


class ReadSeal(models.Model):
    """A day whose read lines are closed; the same words stand in page `entry`."""

    day = models.CharField(max_length=10, primary_key=True)
    entry = models.BigIntegerField(unique=True)
    lines = models.IntegerField()
    digest = models.CharField(max_length=80)


class RuleText(models.Model):
    """A text matters were decided under, by its digest. What it is, it says itself."""

    digest = models.CharField(max_length=80, primary_key=True)
    data = models.BinaryField()
