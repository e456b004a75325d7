"""Rows written from the ledger, so that lists are ordinary queries.

Nothing here is truth: each table can be rebuilt from the entries and is compared with them
(`paizhu rebuild --check`). Each is written by `projections` only. No translated text is stored.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from paizhu.registry.models import Body, Person


class Matter(models.Model):
    """Where a matter stands."""

    ref = models.CharField(max_length=64, unique=True)
    procedure = models.CharField(max_length=64)
    #: Digest of the rules it runs under.
    rules = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=64)
    is_final = models.BooleanField(default=False)
    opened_date = models.DateField()
    closed_date = models.DateField(null=True)
    version = models.PositiveIntegerField()
    #: Canonical JSON `[[field, value], …]` of the fields marked `listed` that everybody who may know may read.
    listed = models.TextField(default="[]")
    #: Reference and listed words, for the search box of the list.
    words = models.TextField(default="")
    #: What it was opened from: `flag:12`, `duty:consultation:WJ:2026H1`; one matter each.
    source = models.CharField(max_length=120, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["procedure", "stage", "-id"], name="matter_by_stage"),
            models.Index(fields=["-id"], name="matter_open", condition=Q(is_final=False)),
            models.Index(
                fields=["body", "-id"], name="matter_open_of_body", condition=Q(is_final=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="matter_closed_has_a_day",
                condition=Q(is_final=True, closed_date__isnull=False)
                | Q(is_final=False, closed_date__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["source"], name="matter_once_a_source", condition=~Q(source="")
            ),
        ]


class Part(models.Model):
    """The part a body takes in a matter."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="parts")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=16)
    until_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "body", "part"], name="part_once")
        ]
        #: What a body has a part in, in the order of registering.
        indexes: ClassVar = [models.Index(fields=["body", "matter"], name="part_of_body")]


class ClockRow(models.Model):
    """One run of a clock, with the day computed from its facts."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="clocks")
    clock = models.CharField(max_length=64)
    run = models.PositiveSmallIntegerField()
    start_date = models.DateField()
    due_date = models.DateField(null=True)
    target_date = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    stopped_date = models.DateField(null=True)
    #: Whether it was stopped in time; null while it runs.
    is_kept = models.BooleanField(null=True)
    #: The next day on which a warning falls; null when none is left.
    warning_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "clock", "run"], name="clock_run_once"),
            models.CheckConstraint(
                name="clock_stopped_is_kept_or_not",
                condition=Q(stopped_date__isnull=True, is_kept__isnull=True)
                | Q(stopped_date__isnull=False, is_kept__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_date", "matter"],
                name="clock_running",
                condition=Q(stopped_date__isnull=True),
            ),
            models.Index(
                fields=["warning_date"],
                name="clock_to_warn",
                condition=Q(warning_date__isnull=False),
            ),
        ]


class Seat(models.Model):
    """A person appointed to a role in one matter."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="seats")
    role = models.CharField(max_length=64)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_substitute = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "role", "person", "is_substitute"], name="seat_once"
            )
        ]


class Reader(models.Model):
    """A principal who may know of a matter: `person:17` or `post:head@body:3`."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="readers")
    principal = models.CharField(max_length=80)
    role = models.CharField(max_length=64)
    level = models.CharField(max_length=8)
    #: `2026-01-05T18:00:00+08:00`: the last moment; empty when open. Text, so that it sorts alike
    #: on both engines and in the fold.
    until = models.CharField(max_length=32, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["principal", "matter", "role"], name="reader_once")
        ]
        #: Whoever may know of what, in the order of registering, from the index alone.
        indexes: ClassVar = [
            models.Index(fields=["principal", "matter", "until", "level"], name="reader_by_level"),
            #: Who reads more than the normal level, and where: few do in all they may know of.
            models.Index(
                fields=["principal", "level", "matter", "until"],
                name="reader_above",
                condition=Q(level__in=["content", "identity"]),
            ),
        ]


class Recusal(models.Model):
    """A person who may not know of a matter, whatever their post."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "matter"], name="recusal_once")
        ]


class Waiting(models.Model):
    """What a matter waits for, and from which principal."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="waiting")
    kind = models.CharField(max_length=8)
    principal = models.CharField(max_length=80)
    role = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    #: Version of the proposal; 0 when an action is awaited.
    proposal = models.PositiveIntegerField(default=0)
    since = models.DateField()
    #: `,3,17,`: persons who hold the post but may not sign this (proposer, earlier signers).
    not_for = models.CharField(max_length=400, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["principal", "matter", "action", "proposal"], name="waiting_once"
            )
        ]


class ChildRow(models.Model):
    """A matter opened from another, and whether it is open, closed or excused."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="children")
    ref = models.CharField(max_length=64)
    status = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "ref"], name="child_once")
        ]


class LinkRow(models.Model):
    """A tie between two matters."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="links")
    ref = models.CharField(max_length=64)
    relation = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "ref", "relation"], name="link_once")
        ]


class SearchText(models.Model):
    """What a search finds a matter by at one level: its lines, and the pieces they are cut into.

    An index of the pieces stands beside it and is kept by the database itself (`search_index`).
    """

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="+", db_index=False)
    level = models.CharField(max_length=8)
    #: Field and words of each line, a tab between.
    text = models.TextField()
    #: Pieces with spaces between.
    pieces = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter", "level"], name="search_text_once")
        ]


class Notice(models.Model):
    """Something a person is told; the words are fixed by the event and hold no content."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    event = models.CharField(max_length=16)
    action = models.CharField(max_length=64, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-at"], name="notice_newest")]


class NumberSeries(models.Model):
    """The last serial given in a series of numbers; locked by the head of the book."""

    series = models.CharField(max_length=80, unique=True)
    last = models.PositiveIntegerField(default=0)


class SavedFilter(models.Model):
    """A way of narrowing the list that somebody keeps; nothing of what it finds is kept.

    Not from the ledger, like notices: it belongs to its person and goes when they drop it.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    #: The filter as the address of the list says it: `{"state": "late", "q": "采购"}`.
    wanted = models.JSONField()
    #: From how many matters on its person is told; null when they are not.
    threshold = models.PositiveIntegerField(null=True)
    #: When a tick found so many; null again once there are fewer.
    reached_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "name"], name="saved_filter_name_once"),
            models.CheckConstraint(
                name="saved_filter_reached_has_a_threshold",
                condition=Q(reached_at__isnull=True) | Q(threshold__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="saved_filter_to_watch", condition=Q(threshold__isnull=False)
            )
        ]


class TickRun(models.Model):
    """A tick that ran to its end, with what it counted; only the last ones are kept."""

    at = models.DateTimeField()
    counted = models.JSONField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]


class Inspection(models.Model):
    """A look at the whole: the book verified, or the tables compared with it."""

    KINDS = ("book", "tables")

    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in KINDS])
    at = models.DateTimeField()
    #: Pages or matters looked at.
    looked = models.BigIntegerField()
    wrong = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
