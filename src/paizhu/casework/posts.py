"""Who holds which post: changed here, with a page in the book, so that access leaves a trace."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from paizhu.casework import rulebook
from paizhu.engine.entries import Entry, Value
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Person, Post, Tenure
from paizhu.registry.principals import Who, in_force, post_principal, superior_of

NOT_ONESELF = Text(
    "不得为自己任免岗位。请由他人办理。",
    "Nobody puts himself on a post or takes himself off it. Have somebody else do it.",
)
NOT_YOURS = Text(
    "该单位的岗位任免不归您办理，须由其上级机关规定的岗位办理。",
    "Who holds posts in that body is not yours to say, but for the post named for it in the body above.",
)


def appoint(*, actor: Who | None, person: Person, post: Post, since: date, now: datetime) -> Tenure:
    """Put a person on a post from a day. `actor` None means the installation itself."""
    _may(actor, post, person, on=timezone.localtime(now).date())
    if Tenure.objects.filter(in_force(since), person=person, post=post).exists():
        raise Invalid(
            Text(
                f"{person.name_zh} 当日已任{post.title_zh}。",
                f"{person.name_en} already holds the post of {post.title_en} on that day.",
            )
        )
    with book.writing() as pen:
        tenure = Tenure.objects.create(person=person, post=post, since=since)
        pen.append(None, _entry("appointed", actor, tenure, now))
    return tenure


def leave(*, actor: Who | None, tenure: Tenure, until: date, now: datetime) -> Tenure:
    """End a tenure with a day, the last one on which it holds."""
    _may(actor, tenure.post, tenure.person, on=timezone.localtime(now).date())
    if until < tenure.since:
        raise Invalid(
            Text("离任日期不能早于任职日期。", "The last day may not be before the first.")
        )
    with book.writing() as pen:
        tenure.until = until
        tenure.save(update_fields=["until"])
        pen.append(None, _entry("left", actor, tenure, now))
    return tenure


def _may(actor: Who | None, post: Post, person: Person, *, on: date) -> None:
    """Raise NotAllowed unless the actor says who holds posts in that body, and not for himself."""
    if actor is None:
        return
    if actor.person == person.pk:
        raise NotAllowed(NOT_ONESELF)
    above = superior_of(post.body_id, on=on) or post.body_id
    appoints = {key for pack in rulebook.current().packs.values() for key in pack.appoints}
    if not any(held.body == above and held.post in appoints for held in actor.posts):
        raise NotAllowed(NOT_YOURS)


def _entry(what: str, actor: Who | None, tenure: Tenure, now: datetime) -> Entry:
    payload: dict[str, Value] = {
        "what": what,
        "person": tenure.person.key,
        "post": post_principal(tenure.post.key, tenure.post.body_id),
        "since": tenure.since.isoformat(),
        "until": tenure.until.isoformat() if tenure.until else None,
    }
    at = timezone.localtime(now)
    return Entry(
        kind="posts_changed",
        person=actor.key if actor else "system",
        name=actor.name.zh if actor else "",
        post="",
        at=at,
        day=at.date(),
        rules="",
        payload=payload,
    )
