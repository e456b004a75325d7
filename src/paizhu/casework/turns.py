"""Whose turn it is: read off the shape of a procedure, never off its name.

A stage may be left by several sides: the unit answers a question, the team may withdraw it. What a
team could only break off, while another side is to lead it on, is not what waits for the team;
nor is a stage that rests until a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from paizhu.casework import rulebook
from paizhu.casework.models import Waiting
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import ActionSpec


def elsewhere(lines: Iterable[Waiting], has_open_children: Container[int]) -> frozenset[int]:
    """Give the matters whose next step is not this side's. No query."""
    acts: dict[int, list[Waiting]] = defaultdict(list)
    for line in lines:
        if line.kind == "act":
            acts[line.matter_id].append(line)
    return frozenset(
        matter
        for matter, those in acts.items()
        if _is_elsewhere(those, matter in has_open_children)
    )


def _is_elsewhere(lines: list[Waiting], has_open_children: bool) -> bool:
    spec = rulebook.rules_of(lines[0].matter.rules).spec
    if spec.stages[lines[0].matter.stage].rests:
        return True
    mine = [spec.actions[line.action] for line in lines]
    if has_open_children:
        mine = [action for action in mine if not action.after_children]
    if not mine:
        return True
    procedure, stage = rulebook.rules_of(lines[0].matter.rules), lines[0].matter.stage
    here = {spec.roles[line.role].at for line in lines}
    if any(_leads_on(action, procedure) for action in mine):
        return False
    return any(
        stage in action.from_
        and _leads_on(action, procedure)
        and not here & {spec.roles[by].at for by in action.by}
        for action in spec.actions.values()
    )


def _leads_on(action: ActionSpec, procedure: RunnableProcedure) -> bool:
    """Say whether an action can lead to a stage that is not the end."""
    stages = procedure.spec.stages
    return any(not stages[stage].final for stage in targets(action))


def targets(action: ActionSpec) -> Iterator[str]:
    """Give the stages an action can lead to."""
    if isinstance(action.to, str):
        yield action.to
    elif action.to is not None:
        yield from (target.stage for target in action.to)


def came_in(procedure: RunnableProcedure, stage: str, role: str) -> bool:
    """Say whether a matter came to its stage by the act of another side than this role's."""
    spec = procedure.spec
    here = spec.roles[role].at
    sides = [
        {spec.roles[by].at for by in action.by}
        for action in spec.actions.values()
        if not action.opens and stage in targets(action)
    ]
    return bool(sides) and all(here not in side for side in sides)
