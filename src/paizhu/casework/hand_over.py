"""Before something is offered: the receiver must be able to receive, and the basis be named."""

from __future__ import annotations

from collections.abc import Mapping

from paizhu.casework.writing import Bench
from paizhu.engine import words
from paizhu.engine.entries import Value
from paizhu.engine.rights import When
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.principals import holders


def check_offer(bench: Bench, action: str, values: Mapping[str, Value], when: When) -> None:
    """Refuse an offer without legal basis or consent, or to a body where nobody can accept it."""
    shape = bench.procedure.spec.hand_over
    if shape is None or action != shape.offer:
        return
    known = {**bench.state.values, **values}
    if not known.get(shape.basis):
        say = Text("请写明移交的依据。", "Name the legal basis or consent for handing this over.")
        raise Invalid(say, fields={shape.basis: say})
    posts = {
        bench.procedure.spec.roles[role].post or role
        for role in bench.procedure.spec.actions[shape.accept].by
    }
    receiving = [
        int(str(known[name]).removeprefix("body:"))
        for name, spec in bench.procedure.spec.fields.items()
        if spec.part == shape.to and known.get(name)
    ]
    found = holders([(post, body) for post in posts for body in receiving], on=when.day)
    able = {f"person:{person}" for persons in found.values() for person in persons}
    if not able - bench.state.recused:
        raise NotAllowed(words.NOBODY_RECEIVES)
