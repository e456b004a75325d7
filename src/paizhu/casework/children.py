"""One matter opens others: one, one for each body, or one for each line; and hears of their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from paizhu.casework import bodies, folding, projections, rulebook, tables
from paizhu.casework.models import Matter
from paizhu.casework.openings import Opening, opening_action
from paizhu.engine import rights, steps
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When
from paizhu.engine.state import State, apply
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Body
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import OpensMatter


def link(ref: str, procedure: str) -> dict[str, Value]:
    """Give what a matter writes of one opened from it."""
    return {"ref": ref, "relation": "child", "procedure": procedure}


def opened_by(
    state: State, procedure: RunnableProcedure, actor: Actor, act: Entry, when: When
) -> Iterator[Opening]:
    """Give what an act opens with these values, carrying the named fields; who asks opens it."""
    me = replace(actor, roles=rights.roles_in(state, actor))
    for opens in rights.opens_now(procedure.spec.actions[act.action], state.values):
        rules = rulebook.current().procedure(opens.procedure, on=when.day)
        for holder, line in _targets(opens, state, procedure):
            yield _opening(opens, rules, me, state, holder, line, when)


def tell_parent(
    pen: book.Pen, before: State, after: State, procedure: RunnableProcedure, when: When
) -> None:
    """Write into the matter it came from that this one has ended."""
    stages = procedure.spec.stages
    was = stages[before.stage].final if before.stage in stages else False
    if was or not stages[after.stage].final:
        return
    for link in after.links:
        if link.relation == "parent":
            _note_end(pen, link.ref, after.ref, procedure.name, when)


def _note_end(pen: book.Pen, parent: str, ref: str, procedure: str, when: When) -> None:
    matter = Matter.objects.filter(ref=parent).values_list("pk", flat=True).first()
    if matter is None:
        return
    found = folding.folded(parent)
    state, rules = found.held.state, found.held.procedure
    payload: dict[str, Value] = {"ref": ref, "relation": "closed", "procedure": procedure}
    line = pen.append(parent, steps.by_rule(state, rules, "linked", payload=payload, when=when))
    now = projections.after(found.held, apply(state, line.entry, rules), rules)
    tables.change_matter(matter, found.held, now)
    folding.remember(parent, line.digest, folding.Folded((*found.entries, line.entry), now))


def _targets(
    opens: OpensMatter, state: State, procedure: RunnableProcedure
) -> Iterable[tuple[int, Mapping[str, Value]]]:
    """Give each matter to open: the body that will hold it, and the line it is opened for."""
    holder = next(iter(state.parts.get(opens.held_by or "holder", ())), 0)
    if opens.for_each is None:
        return [(holder, {})]
    items = state.values.get(opens.for_each)
    listed = items if isinstance(items, list) else []
    if procedure.spec.fields[opens.for_each].type == "organizations":
        return [(int(str(item).removeprefix("body:")), {}) for item in listed]
    return [(holder, item) for item in listed if isinstance(item, dict)]


def _opening(
    opens: OpensMatter,
    rules: RunnableProcedure,
    actor: Actor,
    state: State,
    holder_id: int,
    line: Mapping[str, Value],
    when: When,
) -> Opening:
    holder = Body.objects.filter(pk=holder_id).first()
    if holder is None:
        raise NotFound(Text("没有可承办的单位。", "There is no body to hold the new matter."))
    values = _carried(opens, state, line)
    named = [holder_id, *state.parts.get("holder", ())]
    return Opening(
        rules,
        opening_action(rules),
        actor,
        holder.pk,
        holder.code,
        bodies.settled(values, rules, named, on=when.day),
        extra={"parent": state.ref},
        parts=_parts(opens, state, rules),
        kept_out=(*sorted(state.recused), *(_acted(state) if opens.keeps_out else ())),
    )


def _carried(opens: OpensMatter, state: State, line: Mapping[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for there, here in opens.carries.items():
        name, _, column = here.partition(".")
        value = line.get(column) if column else state.values.get(name)
        if value is not None:
            values[there] = value
    return values


def _parts(opens: OpensMatter, state: State, rules: RunnableProcedure) -> dict[str, Value]:
    """Give the parts that go over: the respondent, and the holder here as what it is there."""
    parts: dict[str, Value] = {}
    used = {role.at for role in rules.spec.roles.values()}
    if "respondent" in used and state.parts.get("respondent"):
        parts["respondent"] = list(state.parts["respondent"])
    if opens.holder_as:
        parts[opens.holder_as] = list(state.parts.get("holder", ()))
    return parts


def _acted(state: State) -> tuple[str, ...]:
    """Give everybody who acted or sat in a matter; who only signed is not of those who examined."""
    persons = [done.person for done in state.done]
    persons += [person for seated in state.seats.values() for person in seated]
    return tuple(dict.fromkeys(p for p in persons if p.startswith("person:")))
