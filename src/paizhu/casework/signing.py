"""Which posts sign anything at all, as the rules in use say; so that a page is offered or not."""

from __future__ import annotations

from collections.abc import Iterator

from paizhu.casework import rulebook
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure


def may_sign(who: Who) -> bool:
    """Say whether one of a person's posts signs under some rule. No query."""
    posts = {post.post for post in who.posts}
    return any(_signs(version, posts) for version in _in_use())


def _in_use() -> Iterator[RunnableProcedure]:
    for versions in rulebook.current().procedures.values():
        yield from versions


def _signs(version: RunnableProcedure, posts: set[str]) -> bool:
    roles = version.spec.roles
    return any(
        roles[approval.by].held_by == "post" and (roles[approval.by].post or approval.by) in posts
        for action in version.spec.actions.values()
        for approval in action.approvals
    )
