"""Where business data came from and under which purpose, and what measures raised over it.

The rows themselves are not here: they lie as Parquet in the data folder and go when their source
expires. A flag keeps only where its rows are, never a copy of them, and names no person.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from paizhu.registry.models import Body, Person


class Source(models.Model):
    """A permission to hold one table of one body for one purpose until a day (refusal 4)."""

    key = models.SlugField(max_length=64, unique=True)
    #: Name of a declared table.
    table = models.CharField(max_length=42)
    #: Whose data this is.
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=400)
    #: The plan item or the matter the data are needed for.
    plan_ref = models.CharField(max_length=120)
    expires_date = models.DateField(db_index=True)
    #: The time the rows are to be of; empty when the purpose names none.
    period_from = models.DateField(null=True)
    period_until = models.DateField(null=True)
    #: The matter in which it was asked for and approved, and in which its removal stands.
    matter = models.CharField(max_length=64, blank=True, db_index=True)
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["key"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(plan_ref=""), name="source_has_purpose"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="source_approved_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("registered_by")),
                name="source_approved_by_another",
            ),
        ]


class Load(models.Model):
    """One file taken into a source: what it was, what was kept, under which mapping."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="loads")
    #: Digest of the file as it was given.
    digest = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    sheet = models.CharField(max_length=255)
    rows_kept = models.IntegerField()
    rows_refused = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    mapping = models.JSONField()
    #: Path of the Parquet file below the business folder, and its digest.
    stored_as = models.CharField(max_length=255)
    stored_digest = models.CharField(max_length=80)
    #: Some rows of the file were there already and lie in earlier loads of the source.
    rests_on_earlier = models.BooleanField(default=False)
    #: Some entries were there already and say something else now: the later ones count.
    replaces = models.BooleanField(default=True)
    #: The quality report of the file as it was taken in.
    quality = models.JSONField(default=dict)
    #: When the rows were taken away: withdrawn by somebody, or expired.
    removed_at = models.DateTimeField(null=True)
    removed_because = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "digest"],
                condition=Q(removed_at__isnull=True),
                name="load_same_file_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_because="")
                | (Q(removed_at__isnull=False) & ~Q(removed_because="")),
                name="load_removed_with_reason",
            ),
        ]


class Run(models.Model):
    """One time a measure was run over the sources of a body: by whom, under what, with which answer."""

    OUTCOMES = ("raised", "clear", "not_assessable")

    measure = models.CharField(max_length=64)
    measure_digest = models.CharField(max_length=80)
    sql_digest = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    #: Keys of the sources read.
    sources = models.JSONField()
    on_date = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=[(outcome, outcome) for outcome in OUTCOMES])
    rows = models.IntegerField()
    assessable = models.IntegerField()
    #: [{zh, en, rows}]: why rows were left out.
    left_out = models.JSONField()
    #: [{zh, en}]: why nothing could be judged.
    reasons = models.JSONField()
    findings = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["measure", "body"], name="run_by_measure")]


class Flag(models.Model):
    """Something a measure found in the rows of a body: a question to ask, never a finding."""

    STATUSES = ("new", "asked", "dismissed", "explained", "confirmed", "merged")

    measure = models.CharField(max_length=64)
    measure_digest = models.CharField(max_length=80)
    #: Digest of measure, subject and evidence: the same finding is the same flag.
    key = models.CharField(max_length=80, unique=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    #: What it is about, as the rows name it: a supplier, a class of goods. Never a person.
    subject = models.CharField(max_length=400)
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    #: The run that saw it last.
    run = models.ForeignKey(Run, models.PROTECT, related_name="+")
    #: What fills the sentence, as text.
    facts = models.JSONField()
    #: Values, and the day from which each applied.
    parameters = models.JSONField()
    #: Where the rows are: load, row and the digest of the line.
    evidence = models.JSONField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    status = models.CharField(
        max_length=16, default="new", choices=[(status, status) for status in STATUSES]
    )
    #: An earlier flag on the same subject whose rows are all among these.
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    #: The flag this one was put to, as one thing seen twice; it goes the way of that one.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    matter = models.CharField(max_length=64, blank=True, db_index=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    reasons = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["-last_seen", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["body", "status"], name="flag_by_body"),
            models.Index(fields=["measure", "subject"], name="flag_by_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True, asked_at__isnull=True, matter="")
                | (Q(asked_by__isnull=False, asked_at__isnull=False) & ~Q(matter="")),
                name="flag_asked_by_a_person_in_a_matter",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True, reasons="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(reasons="")),
                name="flag_closed_by_a_person_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status="new", asked_by__isnull=True, closed_by__isnull=True)
                | Q(status="asked", asked_by__isnull=False, closed_by__isnull=True)
                | Q(status__in=["dismissed", "merged"], closed_by__isnull=False)
                | Q(
                    status__in=["explained", "confirmed"],
                    asked_by__isnull=False,
                    closed_by__isnull=False,
                ),
                name="flag_status_says_who_did_what",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
                name="flag_merged_says_into_which",
            ),
        ]


class FlagStep(models.Model):
    """What a named person did with a flag, and why. Nothing here is ever changed."""

    KINDS = ("merged", "dismissed", "asked", "explained", "confirmed", "upheld", "reopened")

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS])
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reasons = models.CharField(max_length=2000)

    class Meta:
        ordering: ClassVar = ["id"]


class SecondLook(models.Model):
    """A dismissed flag drawn for another person to look at; what that person found stands here."""

    OUTCOMES = ("upheld", "reopened")

    flag = models.ForeignKey(Flag, models.PROTECT, related_name="looks")
    dismissed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    #: The share of dismissed flags that was declared when it was drawn.
    share = models.DecimalField(max_digits=5, decimal_places=4)
    looked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    looked_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=16, blank=True, choices=[(outcome, outcome) for outcome in OUTCOMES]
    )
    reasons = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(looked_by__isnull=True) | ~Q(looked_by=F("dismissed_by")),
                name="second_look_by_another",
            ),
            models.CheckConstraint(
                condition=Q(looked_by__isnull=True, looked_at__isnull=True, outcome="", reasons="")
                | (
                    Q(looked_by__isnull=False, looked_at__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(reasons="")
                ),
                name="second_look_whole",
            ),
            models.UniqueConstraint(
                fields=["flag"],
                condition=Q(looked_by__isnull=True),
                name="second_look_waits_once",
            ),
        ]


class Sameness(models.Model):
    """What a person said of two spellings of a company name: one company, or two.

    Only digests of the two are kept, so that nothing of a source outlives it.
    """

    #: The supervising body whose officer said so; it holds for that body alone.
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    #: Digests of the two spellings, the smaller first.
    one = models.CharField(max_length=16)
    other = models.CharField(max_length=16)
    same = models.BooleanField()
    reasons = models.CharField(max_length=2000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        #: The last word counts; earlier ones stay.
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="sameness_of_two"),
            models.CheckConstraint(condition=~Q(reasons=""), name="sameness_with_reasons"),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "one"], name="sameness_by_body")]


class Computation(models.Model):
    """The figures of a return as they came out of the ledger at one page. Never changed.

    A correction of a record gives another computation beside this one. `given` is what the figures
    rest on outside the ledger; `cells` which records each figure counts, never what they hold.
    """

    name = models.CharField(max_length=64)
    #: Digest of the text of the return; the text itself is kept with the rule texts.
    text = models.CharField(max_length=80)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    #: `2025-10`, `2025Q4`, `2025H2`, `2025`
    period = models.CharField(max_length=8)
    #: The last page of the ledger that was counted.
    seq = models.BigIntegerField()
    #: The day as of which things stand.
    on_date = models.DateField()
    given = models.JSONField()
    cells = models.JSONField()
    #: Digest of all of the above, so that a changed row shows; the same figures are kept once.
    digest = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["name", "body", "period"], name="computation_by_return")
        ]


class Query(models.Model):
    """One question put to the rows of registered sources at the workbench; some are kept as drafts."""

    OUTCOMES = ("answered", "refused", "stopped")

    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    #: Keys of the sources read.
    sources = models.JSONField()
    purpose = models.CharField(max_length=400)
    sql = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=[(outcome, outcome) for outcome in OUTCOMES])
    rows = models.IntegerField()
    #: The name of the measure it is a draft of; empty when it was only asked.
    draft = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["by", "-id"], name="query_by_person")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(purpose=""), name="query_has_purpose"),
        ]
