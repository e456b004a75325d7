"""Drafts: kept for the one who types, shown again to nobody else, gone when the step is taken.

A draft can be asked for only together with the person; there is no function that reads another's.
Sealed fields are not kept in a draft: a sealed identity stands in the ledger, or nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import QueryDict

from paizhu.casework import access
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.web.forms import Drafting, Form, posted
from paizhu.web.models import Draft

#: A draft that nobody has touched for so long is dropped.
KEPT = timedelta(days=30)
#: The letters of one draft, and the drafts of one person.
MOST_LETTERS = 100_000
MOST_DRAFTS = 200
TOO_LONG = Text(
    "草稿太长，没有保存。请缩短内容，或先提交一部分。",
    "The draft is too long and was not kept. Shorten it, or send a part of it first.",
)
Entered = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as a form draws it."""

    entered: Entered
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft as the list of one's own drafts names it."""

    ref: str
    step: str
    saved_at: datetime


def keep(who: Who, ref: str, step: str, *, entered: Entered, version: int, now: datetime) -> None:
    """Keep what is typed, over what was kept before; nothing typed drops the draft."""
    if sum(len(name) + sum(map(len, values)) for name, values in entered.items()) > MOST_LETTERS:
        raise Invalid(TOO_LONG)
    if not any(value.strip() for values in entered.values() for value in values):
        drop(who, ref, step)
        return
    Draft.objects.update_or_create(
        person_id=who.person,
        ref=ref,
        step=step,
        defaults={"entered": dict(entered), "version": version, "saved_at": now},
    )
    Draft.objects.filter(saved_at__lt=now - KEPT).delete()
    mine = Draft.objects.filter(person_id=who.person).order_by("-saved_at", "-pk")
    Draft.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST_DRAFTS:])).delete()


def keep_posted(who: Who, ref: str, step: str, data: QueryDict, *, now: datetime) -> None:
    """Keep what a posted form holds, but for its sealed fields."""
    sealed = set(data.get("sealed", "").split())
    entered = {name: values for name, values in posted(data).items() if name not in sealed}
    shown = data.get("version", "")
    version = int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else -1
    keep(who, ref, step, entered=entered, version=version, now=now)


def rescue(who: Who, ref: str, step: str, data: QueryDict, *, now: datetime) -> None:
    """Keep what was sent in vain, if it is not too long; it stands on the page as well."""
    with suppress(Invalid):
        keep_posted(who, ref, step, data, now=now)


def drop(who: Who, ref: str, step: str) -> None:
    """Forget a draft of one's own, if there is one."""
    Draft.objects.filter(person_id=who.person, ref=ref, step=step).delete()


def of_matter(who: Who, ref: str, *, now: datetime) -> dict[str, Kept]:
    """Give one's own drafts for a matter, by form. One query."""
    return {draft.step: _kept(draft) for draft in _mine(who, now=now).filter(ref=ref)}


def of_step(who: Who, ref: str, step: str, *, now: datetime) -> Kept | None:
    """Give one's own draft for one form."""
    found = _mine(who, now=now).filter(ref=ref, step=step).first()
    return _kept(found) if found else None


def opening(procedure: str, body: str) -> str:
    """Name the form that opens a matter."""
    return f"{procedure}.{body}"


def into_opening(form: Form, who: Who, procedure: str, body: str, *, now: datetime) -> Form:
    """Let an opening form keep drafts; what is being sent stands before what was kept."""
    step = opening(procedure, body)
    kept = None if form.entered.values else of_step(who, "", step, now=now)
    return into(form, "", kept, step=step)


def into(form: Form, ref: str, kept: Kept | None = None, *, step: str = "") -> Form:
    """Let a form keep drafts, and show again what was kept of it."""
    place = Drafting(ref, step or form.key)
    if kept is None:
        return replace(form, drafting=place)
    place = replace(
        place,
        saved_at=kept.saved_at,
        is_old=form.version is not None and kept.version not in (-1, form.version),
    )
    widgets = tuple(
        replace(w, values=tuple(kept.entered.get(w.field.field, w.values))) for w in form.widgets
    )
    return replace(form, widgets=widgets, drafting=place)


def mine(who: Who, *, now: datetime) -> tuple[Waiting, ...]:
    """List one's own drafts, newest first; of matters, those one may still know of."""
    found = list(_mine(who, now=now).order_by("-saved_at", "-pk"))
    refs = {draft.ref for draft in found if draft.ref}
    known = set(access.visible_to(who).filter(ref__in=refs).values_list("ref", flat=True))
    return tuple(
        Waiting(draft.ref, draft.step, draft.saved_at)
        for draft in found
        if not draft.ref or draft.ref in known
    )


def _mine(who: Who, *, now: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(person_id=who.person, saved_at__gte=now - KEPT)


def _kept(draft: Draft) -> Kept:
    return Kept(draft.entered, draft.version, draft.saved_at)
