"""How many notices somebody has not read yet: the one number that every page shows."""

from __future__ import annotations

from django.db import connection

from paizhu.casework import access
from paizhu.registry.principals import Who

#: Beyond this the page says "99+": the exact number would help nobody.
MOST = 100


def unread(who: Who) -> int:
    """Count the unread notices of matters the person may know of, up to `MOST`. One query."""
    known, given = access.may_know_here(who, "n.matter_id")
    mine = (
        "SELECT 1 FROM casework_notice n WHERE n.person_id = %s AND n.read_at IS NULL"
        f" AND {known} LIMIT {MOST:d}"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({mine}) AS mine", [who.person, *given])
        return int(cursor.fetchone()[0])
