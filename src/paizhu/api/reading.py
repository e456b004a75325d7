"""Reading matters: the list, one, its timeline, why a date, why I may know, what I may do now."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router

from paizhu.api.asking import asking, language_of
from paizhu.api.doors import reads
from paizhu.api.shapes import AskedAction, Candidates, MatterLeaf, OpenNow, Wanted
from paizhu.casework import asked as asked_for
from paizhu.casework import queries, reading
from paizhu.casework.cards import (
    HandOverCard,
    MatterCard,
    MatterFilter,
    TimelineLine,
    WhyDate,
    WhyLine,
)
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text

router = Router(tags=["matters"])
NO_HAND_OVER = Text("本事项没有移交过。", "This matter was never handed over.")


@reads(router, "", MatterLeaf)
def matters(request: HttpRequest, wanted: Query[Wanted]) -> MatterLeaf:
    """List the matters I may know of; send `next` back as `cursor` to read on."""
    asked = asking(request)
    _check_words(request)
    narrowed = MatterFilter(
        procedure=wanted.procedure,
        stage=wanted.stage,
        body=wanted.body.removeprefix("body:"),
        state=wanted.state,
        query=wanted.query,
        order=wanted.order,
    )
    rows, more = queries.leaf(
        asked.who, narrowed, on=asked.on, after=wanted.cursor, size=wanted.size
    )
    return MatterLeaf(rows, rows[-1].ref if more else None)


@reads(router, "{str:ref}/", MatterCard)
def matter(request: HttpRequest, ref: str) -> MatterCard:
    """Give one matter as I may read it. Reading content leaves a read line."""
    asked = asking(request)
    return reading.matter(asked.who, ref, now=asked.now)


@reads(router, "{str:ref}/timeline/", list[TimelineLine])
def timeline(request: HttpRequest, ref: str) -> list[TimelineLine]:
    """Give what happened, newest first, as I may read it."""
    asked = asking(request)
    return list(reading.matter(asked.who, ref, now=asked.now).timeline)


@reads(router, "{str:ref}/access/", list[WhyLine])
def why_access(request: HttpRequest, ref: str) -> list[WhyLine]:
    """Say through what I may know of the matter."""
    return list(reading.why_access(asking(request).who, ref))


@reads(router, "{str:ref}/clocks/{slug:clock}/", WhyDate)
def why_date(request: HttpRequest, ref: str, clock: str, run: int | None = None) -> WhyDate:
    """Explain why a time limit falls due on its day."""
    asked = asking(request)
    return reading.why_date(asked.who, ref, clock, on=asked.on, run=run)


@reads(router, "{str:ref}/hand-over/", HandOverCard)
def hand_over(request: HttpRequest, ref: str) -> HandOverCard:
    """Give the receipt of the last hand-over, the same for both sides as far as each may read."""
    asked = asking(request)
    card = reading.matter(asked.who, ref, now=asked.now).hand_over
    if card is None:
        raise NotFound(NO_HAND_OVER)
    return card


@reads(router, "{str:ref}/actions/", OpenNow)
def actions(request: HttpRequest, ref: str) -> OpenNow:
    """Say what I may do now, with the JSON Schema of each form, and why not the rest."""
    asked = asking(request)
    card = reading.matter(asked.who, ref, now=asked.now)
    found = asked_for.schemas(asked.who, ref, now=asked.now, lang=language_of(request))
    return OpenNow(
        ref=ref,
        version=card.version,
        stage=card.stage,
        actions=tuple(AskedAction(one, found.get(one.action)) for one in card.actions),
        proposals=card.proposals,
        may=card.may,
        candidates=tuple(Candidates(*one) for one in card.candidates),
    )


def _check_words(request: HttpRequest) -> None:
    """Refuse a filter nobody reads: a list wider than was meant must not pass for the right one."""
    allowed = [*Wanted.model_fields, "lang"]
    strange = [name for name in request.GET if name not in allowed]
    if strange:
        say = Text(
            f"没有这个筛选项；可用：{', '.join(allowed)}。",
            f"There is no such filter; there are: {', '.join(allowed)}.",
        )
        raise Invalid(say, fields=dict.fromkeys(strange, say))
