"""The tables of the web: failed sign-ins, and what somebody has typed but not sent."""

from __future__ import annotations

from django.db import models


class FailedSignIns(models.Model):
    """Failures in a row for one account name or one address.

    `subject` is a digest: the table tells nobody which names or addresses were tried.
    """

    subject = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    closed_until = models.DateTimeField()


class Draft(models.Model):
    """What one person has typed into one form and not sent. It is no record, and nobody else's.

    It goes when the step is taken, when its writer discards it, or after a while (`drafts.KEPT`).
    """

    person = models.ForeignKey("registry.Person", models.CASCADE, related_name="+")
    #: The matter; empty for a matter that is being opened.
    ref = models.CharField(max_length=64, blank=True)
    #: The form: its key on the page of the matter, or procedure and body of what is opened.
    step = models.CharField(max_length=160)
    #: The version of the matter that was shown.
    version = models.IntegerField(default=-1)
    entered = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "ref", "step"), name="web_draft_one_a_form"),
        )


class SeenTour(models.Model):
    """That somebody was shown round, or did not want to be; kept so that they are not asked again."""

    person = models.ForeignKey("registry.Person", models.CASCADE, related_name="+")
    tour = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "tour"), name="web_seen_tour_once"),
        )
