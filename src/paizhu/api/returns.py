"""Returns: which I read, the kept figures, the records behind a figure; count one again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from paizhu.analysis.returns import computing, reading
from paizhu.analysis.returns.reading import Offered, Records, ReturnCard
from paizhu.api.asking import asking
from paizhu.api.doors import reads, writes
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text

router = Router(tags=["returns"])
NOT_YET = Text(
    "这一期尚未统计。向本地址 POST 即统计并保存。",
    "Not computed yet for this period. POST to this address computes and keeps it.",
)


@reads(router, "returns/", list[Offered], needs="returns")
def offered(request: HttpRequest) -> list[Offered]:
    """List the returns I read, with the bodies they are made for."""
    asked = asking(request)
    return reading.offered(asked.who, on=asked.on)


@reads(router, "returns/{slug:name}/{slug:body}/{slug:period}/", ReturnCard, needs="returns")
def latest(request: HttpRequest, name: str, body: str, period: str) -> ReturnCard:
    """Give the newest kept figures of a return, body and period."""
    asked = asking(request)
    card = reading.latest(name, body=body, period=period, reader=asked.who, now=asked.now)
    if card is None:
        raise NotFound(NOT_YET)
    return card


@writes(router, "returns/{slug:name}/{slug:body}/{slug:period}/", ReturnCard, needs="returns")
def compute(request: HttpRequest, name: str, body: str, period: str) -> ReturnCard:
    """Count a return at the last page of the ledger and keep the figures."""
    asked = asking(request)
    kept = computing.compute(name, body=body, period=period, actor=asked.who, now=asked.now)
    return reading.card_of(kept, reader=asked.who, now=asked.now)


@reads(router, "computations/{int:number}/", ReturnCard, needs="returns")
def computation(request: HttpRequest, number: int) -> ReturnCard:
    """Give one kept computation, also an older one."""
    asked = asking(request)
    kept = reading.computation_for(number, reader=asked.who, now=asked.now)
    return reading.card_of(kept, reader=asked.who, now=asked.now)


@reads(router, "computations/{int:number}/{str:cell}/", Records, needs="returns")
def records(request: HttpRequest, number: int, cell: str) -> Records:
    """List the records a figure counts, as far as I may open them."""
    asked = asking(request)
    return reading.records(number, cell=cell, reader=asked.who, now=asked.now)
