"""Which posts sign anything at all, as the rules in use say; so that a page is offered or not."""

from __future__ import annotations

from functools import lru_cache

from paizhu.casework import rulebook
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure


def may_sign(who: Who) -> bool:
    """Say whether one of a person's posts signs under some rule. No query."""
    return not _that_sign(rulebook.current().digest).isdisjoint(held.post for held in who.posts)


@lru_cache(maxsize=4)
def _that_sign(_rules: str) -> frozenset[str]:
    """Give the posts that sign anything; asked by every page, so made out once for the rules."""
    return frozenset(
        post
        for versions in rulebook.current().procedures.values()
        for version in versions
        for post in _signing(version)
    )


def _signing(version: RunnableProcedure) -> set[str]:
    roles = version.spec.roles
    by = {one.by for action in version.spec.actions.values() for one in action.approvals}
    return {roles[role].post or role for role in by if roles[role].held_by == "post"}
