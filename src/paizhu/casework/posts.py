"""Who holds which post: changed here, with a page in the book, so that access leaves a trace."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from paizhu.casework import rulebook
from paizhu.engine.entries import Entry, Value
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry import administration
from paizhu.registry.models import Person, Post, Tenure
from paizhu.registry.principals import Who, below, in_force, post_principal, superior_of

NOT_ONESELF = Text(
    "不得为自己任免岗位。请由他人办理。",
    "Nobody puts himself on a post or takes himself off it. Have somebody else do it.",
)
NOT_YOURS = Text(
    "该单位的岗位任免不归您办理，须由其上级机关规定的岗位办理。",
    "Who holds posts in that body is not yours to say, but for the post named for it in the body above.",
)
APART = Text(
    "系统、安全、审计三个管理岗位各由一人专任，不得兼任其他岗位。请先办理离任，再行任职。",
    "System, security and audit administration are held by three persons who hold no other post. "
    "End the other post first.",
)
NOT_BY_ADMINISTRATORS = Text(
    "管理岗位由规定的领导岗位任免，管理员之间不得互相任免。",
    "Administrators are put in place by the post named for it, not by one another.",
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
    _keep_apart(person, post, since)
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
    if actor.administers and post.key in administration.POSTS:
        raise NotAllowed(NOT_BY_ADMINISTRATORS)
    appoints = appointing_posts()
    held = (*actor.posts, *actor.administration)
    if not any(one.body == above and one.post in appoints for one in held):
        raise NotAllowed(NOT_YOURS)


def appointing_posts() -> frozenset[str]:
    """Give the posts that the packs name for saying who holds posts in the bodies below."""
    packs = rulebook.current().packs.values()
    return frozenset(key for pack in packs for key in pack.appoints)


def appoints(who: Who) -> bool:
    """Say whether somebody holds a post that says who holds others. No query."""
    named = appointing_posts()
    return any(one.post in named for one in (*who.posts, *who.administration))


def bodies_below(actor: Who, *, on: date) -> frozenset[int]:
    """Give the bodies whose posts somebody may say the holders of. Two queries."""
    appoints = appointing_posts()
    held = (*actor.posts, *actor.administration)
    above = {one.body for one in held if one.post in appoints}
    return below(above, on=on) if above else frozenset()


def _keep_apart(person: Person, post: Post, since: date) -> None:
    """Raise NotAllowed if an administrator would hold another post as well."""
    others = Tenure.objects.filter(Q(until__isnull=True) | Q(until__gte=since), person=person)
    if post.key not in administration.POSTS:
        others = others.filter(post__key__in=administration.POSTS)
    if others.exists():
        raise NotAllowed(APART)


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
