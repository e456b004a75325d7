"""One matter opens others: one, one for each body, or one for each line; and hears of their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from paizhu.casework import bodies, projections, rulebook
from paizhu.casework.models import Matter
from paizhu.engine import rights, steps
from paizhu.engine.entries import Value
from paizhu.engine.rights import When
from paizhu.engine.state import State, apply, fold
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.models import Body
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import OpensMatter

if TYPE_CHECKING:
    from paizhu.casework.writing import Bench


@dataclass(frozen=True, slots=True)
class Child:
    """A matter that was opened from another."""

    ref: str
    procedure: str

    @property
    def link(self) -> dict[str, Value]:
        return {"ref": self.ref, "relation": "child", "procedure": self.procedure}


def opened_by(
    pen: book.Pen, state: State, bench: Bench, action: str, when: When
) -> Iterator[Child]:
    """Open what an act opens with these values, carrying the named fields."""
    for opens in rights.opens_now(bench.procedure.spec.actions[action], state.values):
        rules = rulebook.current().procedure(opens.procedure, on=when.day)
        for holder, line in _targets(opens, state, bench.procedure):
            yield Child(_open(pen, opens, rules, bench, state, holder, line, when), opens.procedure)


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
    state = fold(book.entries_of(parent), rulebook.rules_of)
    rules = rulebook.rules_of(state.rules)
    payload: dict[str, Value] = {"ref": ref, "relation": "closed", "procedure": procedure}
    entry = steps.by_rule(state, rules, "linked", payload=payload, when=when)
    pen.append(parent, entry)
    projections.update_matter(matter, (state, rules), (apply(state, entry, rules), rules))


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


def _open(
    pen: book.Pen,
    opens: OpensMatter,
    rules: RunnableProcedure,
    bench: Bench,
    state: State,
    holder_id: int,
    line: Mapping[str, Value],
    when: When,
) -> str:
    from paizhu.casework import writing

    holder = Body.objects.filter(pk=holder_id).first()
    if holder is None:
        raise NotFound(Text("没有可承办的单位。", "There is no body to hold the new matter."))
    new = writing.Opening(
        rules,
        writing.opening_action(rules),
        replace(bench.actor, roles=rights.roles_in(state, bench.actor)),
        holder,
        bodies.settled(
            _carried(opens, state, line), rules, [holder_id, *state.parts.get("holder", ())],
            on=when.day,
        ),
        extra={"parent": state.ref},
        parts=_parts(opens, state, rules),
        kept_out=(*sorted(state.recused), *(_acted(state) if opens.keeps_out else ())),
    )  # fmt: skip
    return writing.open_matter(pen, new, when).ref


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
