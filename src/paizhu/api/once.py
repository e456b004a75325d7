"""A request with an `Idempotency-Key` is done once, however often a broken line has it sent again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from paizhu.api.asking import Asking
from paizhu.casework.cards import Receipt
from paizhu.kernel.errors import Conflict, Invalid
from paizhu.kernel.text import Text
from paizhu.registry.models import SentOnce

HEADER = "Idempotency-Key"
LONGEST_KEY = 64
KEPT = timedelta(days=2)
OTHER = Text(
    "这个 Idempotency-Key 已用于另一个请求，请换一个。",
    "This Idempotency-Key was used for another request; take a new one.",
)
UNKNOWN = Text(
    "同一请求正在办理，或上次中断而结果不明。请先查看事项，再决定是否用新的 Idempotency-Key 重发。",
    "The same request is under way, or broke off and its outcome is not known. Look at the matter"
    " first; then send it again with a new Idempotency-Key if it is needed.",
)
TOO_LONG = Text("Idempotency-Key 最多 64 个字符。", "An Idempotency-Key has 64 characters at most.")


class Sending(Conflict):
    """The same thing was sent before, and its outcome is not known."""


def only(request: HttpRequest, asked: Asking, call: Callable[[], Receipt]) -> Receipt:
    """Make the call, unless this was sent before: then give the receipt it had."""
    key = request.headers.get(HEADER, "")
    if not key:
        return call()
    if len(key) > LONGEST_KEY:
        raise Invalid(TOO_LONG, fields={HEADER: TOO_LONG})
    digest = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
    mine = SentOnce.objects.filter(account=asked.account)
    mine.filter(at__lt=asked.now - KEPT).delete()
    try:
        with transaction.atomic():
            row = SentOnce.objects.create(
                account=asked.account, key=key, digest=digest, at=asked.now
            )
    except IntegrityError:
        return _before(mine.get(key=key), digest)
    try:
        receipt = call()
    except Exception:
        row.delete()  # refused: nothing was stored, so it may be sent again
        raise
    row.answer = json.dumps(asdict(receipt))
    row.save(update_fields=["answer"])
    return receipt


def _before(row: SentOnce, digest: str) -> Receipt:
    if row.digest != digest:
        raise Invalid(OTHER, fields={HEADER: OTHER})
    if not row.answer:
        raise Sending(UNKNOWN)
    given = json.loads(row.answer)
    return Receipt(**{**given, "opened": tuple(given["opened"])})
