"""What is about me: who I am here, my desk, my notices, what is due, what my bodies owe."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from paizhu.api.asking import asking
from paizhu.api.doors import reads, writes
from paizhu.api.shapes import Clocks, Me, NoticesRead, PostOfMine
from paizhu.casework import bodies, owed, queries
from paizhu.casework.bodies import BodyCard
from paizhu.casework.cards import DeskCard, NoticeRow, WaitingRow
from paizhu.casework.owed import DutyCard
from paizhu.registry import tokens

router = Router(tags=["mine"])
MOST_AT_ONCE = 100


@reads(router, "me/", Me, needs="")
def me(request: HttpRequest) -> Me:
    """Say whose eyes these are, and what the token is for."""
    asked = asking(request)
    return Me(
        username=asked.account.username,
        person=asked.who.key,
        name=asked.who.name,
        language=asked.account.language,
        posts=tuple(
            PostOfMine(one.post, one.title, one.body_code, one.body_name, one.body_kind)
            for one in asked.who.posts
        ),
        token=tokens.card(asked.token) if asked.token else None,
    )


@reads(router, "desk/", DeskCard)
def desk(request: HttpRequest) -> DeskCard:
    """Give my desk: what waits for me, what is late or due, notices, what I may open."""
    asked = asking(request)
    return queries.desk_page(asked.who, on=asked.on)


@reads(router, "waiting/", list[WaitingRow])
def waiting(request: HttpRequest) -> list[WaitingRow]:
    """Give everything that waits for me, longest first."""
    asked = asking(request)
    return queries.waiting(asked.who, on=asked.on)


@reads(router, "clocks/", Clocks)
def clocks(request: HttpRequest) -> Clocks:
    """Give the time limits that are late or fall due within two weeks."""
    asked = asking(request)
    card = queries.desk_page(asked.who, on=asked.on)
    return Clocks(card.late, card.due_soon, card.running)


@reads(router, "notices/", list[NoticeRow])
def notices(request: HttpRequest) -> list[NoticeRow]:
    """Give my last notices; no notice holds content."""
    asked = asking(request)
    return list(queries.desk_page(asked.who, on=asked.on).notices)


@writes(router, "notices/read/", int)
def read_notices(request: HttpRequest, sent: NoticesRead) -> int:
    """Mark notices as read; give how many were mine and unread."""
    asked = asking(request)
    return queries.mark_notices_read(asked.who, sent.ids[:MOST_AT_ONCE], now=asked.now)


@reads(router, "duties/", list[DutyCard])
def duties(request: HttpRequest) -> list[DutyCard]:
    """Give the recurring duties of the bodies in which I hold a post, soonest first."""
    asked = asking(request)
    return list(owed.owed(asked.who, on=asked.on))


@reads(router, "bodies/", list[BodyCard])
def worked_with(request: HttpRequest) -> list[BodyCard]:
    """Give the bodies that forms of my bodies may name."""
    asked = asking(request)
    return list(bodies.worked_with(asked.who, on=asked.on))
