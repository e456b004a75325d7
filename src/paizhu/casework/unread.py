"""How many notices somebody has not read yet: the one number that every page shows."""

from __future__ import annotations

from paizhu.casework import access
from paizhu.casework.models import Notice
from paizhu.registry.principals import Who

#: Beyond this the page says "99+": the exact number would help nobody.
MOST = 100


def unread(who: Who) -> int:
    """Count the unread notices of matters the person may know of, up to `MOST`. One query."""
    mine = Notice.objects.filter(
        access.may_know(who, "matter_id", one_by_one=True),
        person_id=who.person,
        read_at__isnull=True,
    )
    return mine.order_by()[:MOST].count()
