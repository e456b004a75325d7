"""Draw some of the dismissed flags for another person to look at.

The draw is made from a secret of the installation and the flag: the one who dismisses can neither
know it beforehand nor try again, and whoever holds the secret can show that it was kept to.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from paizhu.analysis.models import Flag, SecondLook
from paizhu.analysis.watching import watching_of

#: Says of a flag a number from 0 to below 1; drawn is what lies below the declared share.
Draw = Callable[[Flag], Decimal]


def fair(flag: Flag) -> Decimal:
    """Give the number of a flag: even over all flags, and known to nobody without the secret."""
    said = f"second look {flag.key} {flag.closed_at}".encode()
    drawn = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return Decimal(int.from_bytes(drawn[:6], "big")) / Decimal(1 << 48)


def draw_second_look(flag: Flag, *, now: datetime, draw: Draw = fair) -> None:
    """Draw a flag that was just dismissed, or not."""
    share = watching_of(flag.measure).second_look
    if draw(flag) < share and flag.closed_by_id is not None:
        SecondLook.objects.create(
            flag=flag, dismissed_by_id=flag.closed_by_id, drawn_at=now, share=share
        )
