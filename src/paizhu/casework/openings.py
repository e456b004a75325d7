"""A matter about to be opened: by which action, by whom, where, with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paizhu.engine.entries import Value
from paizhu.engine.rights import Actor
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure


@dataclass(frozen=True, slots=True)
class Opening:
    """A matter about to be opened: under which rules, by whom, where, with what."""

    rules: RunnableProcedure
    action: str
    actor: Actor
    #: The body that will hold it, by id and by the code that its number names.
    holder: int
    code: str
    values: Mapping[str, Value]
    #: `source` or `parent`; never from raw input.
    extra: Mapping[str, Value]
    #: Parts taken over from the parent.
    parts: Mapping[str, Value]
    #: Persons kept out from the start.
    kept_out: tuple[str, ...] = ()


def opening_action(procedure: RunnableProcedure) -> str:
    """Give the action a matter of this procedure begins with."""
    return next(name for name, action in procedure.spec.actions.items() if action.opens)


def body_of(actor: Who, code: str, procedure: RunnableProcedure, action: str) -> int:
    """Give the id of the body that will hold a new matter; the actor must have a post there that may open.

    Another body and no body give the same answer.
    """
    posts = {
        spec.post or name
        for name, spec in procedure.spec.roles.items()
        if name in procedure.spec.actions[action].by and spec.at == "holder"
    }
    held = [p for p in actor.posts if p.body_code == code and p.post in posts]
    if not held:
        raise NotAllowed(
            Text(
                f"您在“{code}”没有可以登记“{procedure.spec.title.zh}”的岗位。",
                f"You hold no post in “{code}” that may open: {procedure.spec.title.en}.",
            )
        )
    return held[0].body


def opening_actor(actor: Who, procedure: RunnableProcedure, holder: int) -> Actor:
    """Give the actor with the roles their posts in the holder give them."""
    mine = {
        post.post: f"{post.post}@{post.body_code}" for post in actor.posts if post.body == holder
    }
    roles = {
        name: mine[spec.post or name]
        for name, spec in procedure.spec.roles.items()
        if spec.held_by == "post" and spec.at == "holder" and (spec.post or name) in mine
    }
    return Actor(actor.key, actor.name.zh, roles)
