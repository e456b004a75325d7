"""Who is told of what. The words are fixed by the event; content never stands in a notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from paizhu.casework.persons import role_holders
from paizhu.casework.projections import person_id, principals_of
from paizhu.engine import rights
from paizhu.engine.entries import Entry
from paizhu.engine.state import State
from paizhu.kernel.text import Text
from paizhu.registry.principals import holders
from paizhu.rules.rulebook import RunnableProcedure

EVENTS = {
    "opened": Text("登记了新事项", "A matter was opened"),
    "proposed": Text("有提请等待审批", "A proposal waits for signature"),
    "approved": Text("提请已获签署", "A proposal was signed"),
    "returned": Text("提请被退回", "A proposal was returned"),
    "assigned": Text("指定了承办人员", "People were appointed"),
    "enacted": Text("事项有新进展", "The matter moved on"),
    "closed": Text("事项已办结", "The matter was closed"),
    "clock_warned": Text("时限临近", "A time limit is near"),
    "clock_missed": Text("时限已过", "A time limit has passed"),
    "stuck": Text("审批无人可签，需指定代为审批人员", "No one may sign; a substitute is needed"),
}


def write(
    matter: int, state: State, procedure: RunnableProcedure, entries: Sequence[Entry]
) -> None:
    """Queue the notices that these entries cause."""
    wanted: dict[tuple[int, str, str], Entry] = {}
    for entry in entries:
        for event in (*_events(entry, procedure), *_stuck(entry, state, procedure)):
            for person in _told(event, entry, state, procedure):
                wanted.setdefault((person, event, entry.action), entry)
    if wanted:
        _insert([(matter, *told, entry.at) for told, entry in wanted.items()])


def _insert(rows: Sequence[tuple[int, int, str, str, datetime]]) -> None:
    """Queue notices in one statement; plain SQL, for it stands in most steps."""
    group = "(%s, %s, %s, %s, %s)"
    said = connection.ops.adapt_datetimefield_value
    given = [part for *told, at in rows for part in (*told, said(at))]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_notice (matter_id, person_id, event, action, at)"
            f" VALUES {', '.join([group] * len(rows))}",
            given,
        )


def _events(entry: Entry, procedure: RunnableProcedure) -> list[str]:
    if entry.kind == "warned":
        missed = (entry.payload or {}).get("threshold") == "missed"
        return ["clock_missed" if missed else "clock_warned"]
    if entry.kind != "enacted":
        return [entry.kind] if entry.kind in EVENTS else []
    action = procedure.spec.actions.get(entry.action)
    events = ["opened" if action and action.opens else "enacted"]
    stage = procedure.spec.stages.get(entry.stage)
    if action and action.assigns:
        events.append("assigned")
    return [*events, "closed"] if stage and stage.final else events


def _stuck(entry: Entry, state: State, procedure: RunnableProcedure) -> list[str]:
    """Say so when a recusal left something that nobody may sign or do."""
    asked = any(spec.event == "stuck" for spec in procedure.spec.notices)
    if entry.kind != "recused" or not asked:
        return []
    able = role_holders(state, procedure, on=entry.at.date())
    return ["stuck"] if rights.stuck(state, procedure, able) else []


def _told(event: str, entry: Entry, state: State, procedure: RunnableProcedure) -> Iterable[int]:
    roles = {
        role
        for spec in procedure.spec.notices
        if spec.event == event and spec.action in (None, entry.action)
        for role in spec.to
    }
    if not roles:
        return []
    principals = {p for role in roles for p in principals_of(role, state, procedure)}
    persons = {person_id(p) for p in principals if p.startswith("person:")}
    posts = [_post(p) for p in principals if p.startswith("post:")]
    for held in holders(posts, on=entry.at.date()).values():
        persons |= held
    return sorted(persons - {person_id(p) for p in state.recused} - _actor(entry))


def _post(principal: str) -> tuple[str, int]:
    key, _, body = principal.removeprefix("post:").partition("@body:")
    return key, int(body)


def _actor(entry: Entry) -> set[int]:
    return {person_id(entry.person)} if entry.person.startswith("person:") else set()
