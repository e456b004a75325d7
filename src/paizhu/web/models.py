"""The only table of the web: how often signing in failed, so that guessing becomes slow."""

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
