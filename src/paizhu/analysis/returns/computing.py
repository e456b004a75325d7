"""Compute a return, keep its figures, and hold kept figures against the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from paizhu.analysis.models import Computation
from paizhu.analysis.returns import counting
from paizhu.analysis.returns.declared import LoadedReturn, return_named
from paizhu.analysis.returns.grid import given, grid
from paizhu.analysis.returns.readers import entitlement, is_recipient_body
from paizhu.analysis.returns.spans import span_named
from paizhu.analysis.returns.spec import Return
from paizhu.analysis.sources import day_of
from paizhu.casework import views
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book, texts
from paizhu.registry.models import Body
from paizhu.registry.principals import Who
from paizhu.rules.shapes import declared

NOT_FOUND = Text(
    "没有这张报表，或者它不归您查看。请回到报表列表。",
    "There is no such return, or it is not yours to see. Go back to the list of returns.",
)
NOT_YET = Text(
    "报告期尚未开始，没有可统计的内容。请选择已经开始的报告期。",
    "The period has not begun; there is nothing to count. Choose one that has.",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """A kept computation held against the ledger.

    `removed`: the content of a record it counts was lawfully removed since, and nothing else
    differs; `altered`: the row itself is not what was kept.
    """

    computation: int
    name: str
    body: str
    period: str
    seq: int
    outcome: Literal["same", "removed", "differs", "altered"]
    cells: tuple[str, ...] = ()


def compute(name: str, *, body: str, period: str, actor: Who, now: datetime) -> Computation:
    """Count a return at the last page of the ledger, and keep it; the same page is kept once.

    Raise NotFound where the return of that body is not the reader's, Invalid for a bad period.
    """
    loaded, owner = asked_for(name, body=body, reader=actor, on=day_of(now))
    span = span_named(loaded.spec.period, period)
    if span.first > day_of(now):
        raise Invalid(NOT_YET)
    seq = book.last().seq
    taken = given(loaded.spec, owner, span, on=day_of(now))
    texts.keep([texts.Kept(loaded.digest, "return", loaded.name, loaded.data)])
    kept = Computation(
        name=loaded.name, text=loaded.digest, body=owner, period=span.name, seq=seq,
        on_date=date.fromisoformat(taken["on"]), given=taken, at=now, by_id=actor.person,
        cells=figures(loaded.spec, taken, seq=seq),
    )  # fmt: skip
    kept.digest = digest_of(kept)
    there = Computation.objects.filter(digest=kept.digest).first()
    if there is None:
        kept.save(force_insert=True)
    return there or kept


def asked_for(name: str, *, body: str, reader: Who, on: date) -> tuple[LoadedReturn, Body]:
    """Give a return and the body it is made for; unknown and forbidden are one answer."""
    loaded = return_named(name)
    owner = Body.objects.filter(code=body).first()
    if (
        owner is None
        or not is_recipient_body(loaded.spec, owner)
        or entitlement(loaded.spec, owner, reader, on=on) is None
    ):
        raise NotFound(NOT_FOUND)
    return loaded, owner


def figures(spec: Return, taken: dict[str, Any], *, seq: int) -> dict[str, Any]:
    """Count every cell and every question of a return at a page."""
    lines = grid(spec, taken)
    seen = views.views(procedures_of(spec), seq=seq)
    return {
        "cells": counting.cells(spec, lines, seen),
        "asks": {
            name: {
                "many": counting.tallied(spec, lines, seen, one.many),
                "few": counting.tallied(spec, lines, seen, one.few),
            }
            for name, one in spec.asks.items()
        },
        "ledger": {name: counting.tallied(spec, lines, seen, name) for name in spec.ledger},
    }


def procedures_of(spec: Return) -> frozenset[str]:
    """Give the procedures a return counts."""
    return frozenset(name for tally in spec.counts.values() for name in tally.procedure)


def text_of(kept: Computation) -> Return:
    """Give the return a computation was made by, from the text kept with it."""
    spec: Return = declared(Return, texts.text(kept.text))
    return spec


def digest_of(kept: Computation) -> str:
    """Digest everything a computation says."""
    return digest(
        canonical(
            {
                "name": kept.name, "text": kept.text, "body": kept.body_id, "period": kept.period,
                "seq": kept.seq, "on": kept.on_date.isoformat(), "given": kept.given,
                "cells": kept.cells,
            }
        )
    )  # fmt: skip


# --- holding them against the ledger ------------------------------------------------------------


def check() -> list[Compared]:
    """Count every kept computation again at its page, and compare."""
    return [compare(kept) for kept in Computation.objects.select_related("body").order_by("pk")]


def compare(kept: Computation) -> Compared:
    """Count one kept computation again at its page, and say whether it is the same."""
    said = (kept.pk, kept.name, kept.body.code, kept.period, kept.seq)
    if digest_of(kept) != kept.digest:
        return Compared(*said, "altered")
    spec = text_of(kept)
    again = figures(spec, kept.given, seq=kept.seq)
    was, now = _flat(kept.cells), _flat(again)
    differing = tuple(
        sorted(key for key in was.keys() | now.keys() if was.get(key) != now.get(key))
    )
    if not differing:
        return Compared(*said, "same")
    gone = {
        one.ref for one in views.views(procedures_of(spec), seq=kept.seq).matters if one.removed
    }
    explained = all(_without(was.get(k), gone) == _without(now.get(k), gone) for k in differing)
    return Compared(*said, "removed" if explained else "differs", differing)


def _flat(cells: dict[str, Any]) -> dict[str, Any]:
    return {f"{part}.{key}": facts for part, some in cells.items() for key, facts in some.items()}


def _without(facts: Any, gone: set[str]) -> Any:
    """Give facts without the records of matters whose content is gone."""
    if not isinstance(facts, dict):
        return facts
    return {key: counting.without(inner, key, gone) for key, inner in facts.items()}
