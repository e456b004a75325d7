"""Names for drafts in a list: which matter, which step, and the page to go on at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from paizhu.casework import queries, rulebook
from paizhu.casework.cards import MatterRow
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.spec import Procedure
from paizhu.web.drafts import Waiting

#: Steps that are not declared by a procedure.
STANDING = {
    "note": Text("记录工作情况", "A note"),
    "assign": Text("确定承办人员", "Who is to handle it"),
    "substitute": Text("指定代行人员", "A substitute"),
    "correct": Text("更正", "A correction"),
    "recuse": Text("回避", "A recusal"),
    "lift_recusal": Text("解除回避", "A recusal to be lifted"),
    "give_back": Text("退回理由", "Reasons for a return"),
    "withdraw": Text("撤回理由", "Reasons for a withdrawal"),
}
GONE = Text("已不能办理的一步", "A step that is no longer possible")
OPENING = Text("新办", "To be opened")


@dataclass(frozen=True, slots=True)
class Named:
    """One draft of the list."""

    ref: str
    title: Text
    step: Text
    saved_at: datetime
    url: str


def named(who: Who, waiting: Iterable[Waiting], *, on: date) -> tuple[Named, ...]:
    """Name drafts by what the rules call their steps."""
    waiting = tuple(waiting)
    refs = (draft.ref for draft in waiting if draft.ref)
    rows = {row.ref: row for row in queries.known(who, refs, on=on)}
    return tuple(
        _of_matter(draft, rows[draft.ref], on=on) if draft.ref else _opening(draft, on=on)
        for draft in waiting
        if not draft.ref or draft.ref in rows
    )


def _of_matter(draft: Waiting, row: MatterRow, *, on: date) -> Named:
    verb, _, name = draft.step.partition("-")
    spec = _spec(row.procedure, on=on)
    title = STANDING.get(verb, GONE)
    if verb == "do" and spec and name in spec.actions:
        title = spec.actions[name].title
    url = f"{reverse('matter', kwargs={'ref': draft.ref})}#{draft.step}"
    return Named(draft.ref, row.procedure_title, title, draft.saved_at, url)


def _opening(draft: Waiting, *, on: date) -> Named:
    procedure, _, body = draft.step.rpartition(".")
    spec = _spec(procedure, on=on)
    url = reverse("open_new", kwargs={"procedure": procedure, "body": body})
    return Named("", spec.title if spec else GONE, OPENING, draft.saved_at, url)


def _spec(procedure: str, *, on: date) -> Procedure | None:
    try:
        return rulebook.current().procedure(procedure, on=on).spec
    except NotFound:
        return None
