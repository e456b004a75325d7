"""Lawful removal of what a matter holds, by two persons; the chain goes on to verify."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from paizhu.engine.entries import KINDS, Entry, Value
from paizhu.kernel.errors import Invalid, NotAllowed, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book


def remove(
    matter: str,
    *,
    by: str,
    post: str,
    approved_by: str,
    reasons: str,
    now: datetime,
    name: str = "",
) -> book.Line:
    """Remove payload and salt of a matter's pages, and say so on a new page that names them.

    `by` is the key of the person, `name` what they are called, `post` what they act in.
    Headers and digests stay: that there was a matter, its steps, days and persons. Raise NotAllowed
    if one person does both parts, Invalid without reasons, NotFound if nothing is left to remove.
    """
    _check(by, approved_by, reasons)
    at = timezone.localtime(now)
    with book.writing() as pen:
        pages, rules, version = _removable(matter)
        payload: dict[str, Value] = {
            "reasons": reasons,
            "approved_by": approved_by,
            "entries": [*pages],
        }
        entry = Entry(
            kind="shredded",
            person=by,
            post=post,
            at=at,
            day=at.date(),
            rules=rules,
            payload=payload,
            version=version + 1,
            name=name,
        )
        marks = ", ".join(["%s"] * len(pages))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE ledger_entry SET payload = NULL, salt = NULL WHERE seq IN ({marks})", pages
            )
        return pen.append(matter, entry)


def _check(by: str, approved_by: str, reasons: str) -> None:
    if by == approved_by:
        raise NotAllowed(
            Text(
                "内容移除须由两人办理:提出人不得同时为批准人。请由另一人批准。",
                "Removing content takes two persons: whoever asks cannot also approve. "
                "Have somebody else approve it.",
            )
        )
    if not reasons.strip():
        raise Invalid(
            Text("请写明移除内容的理由和依据。", "Give the reasons and the basis for the removal.")
        )


def _removable(matter: str) -> tuple[list[int], str, int]:
    """Give the pages that hold content, the rules last acted under, and the last version."""
    lines = book.lines_of(matter)
    pages = [
        line.seq
        for line in lines
        if line.entry.payload is not None and KINDS[line.entry.kind].shred == "payload"
    ]
    if not pages:
        raise NotFound(
            Text(
                f"{matter} 没有可移除的内容。", f"{matter} holds no content that could be removed."
            )
        )
    return pages, lines[-1].entry.rules, lines[-1].entry.version
