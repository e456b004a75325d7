"""Rows from state: what each table should hold for a matter. Pure; `tables` writes them.

The rows of a state are a function of it (`rows_of`), so the same function writes them, rebuilds
them and compares them. A step therefore reads no row it is about to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from paizhu.casework import search_rows
from paizhu.engine.clocks import due_of, is_kept, next_warning, target_of
from paizhu.engine.rights import next_approval
from paizhu.engine.state import State
from paizhu.kernel.digest import canonical
from paizhu.kernel.text import Text
from paizhu.registry.principals import post_principal
from paizhu.rules.conditions import holds
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import LEVELS, Level

Row = tuple[object, ...]
#: The rows of each table, by its name.
Rows = Mapping[str, set[Row]]
#: The role of emergency access; no procedure declares it.
EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Table:
    """A table that holds rows of a matter, and how its rows follow from the state."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[State, RunnableProcedure], Iterable[Row]]
    #: Takes of a state what its rows follow from; while that is the same, so are they.
    rests_on: Callable[[State], object]


@dataclass(frozen=True, slots=True)
class Held:
    """A state of a matter, and the rows the tables hold for it."""

    state: State
    procedure: RunnableProcedure
    rows: Rows


# --- what each table holds ----------------------------------------------------------------------


def _parts(state: State, _procedure: RunnableProcedure) -> Iterable[Row]:
    return (
        (body, part, _iso(state.part_ends.get(f"{part}:{body}")))
        for part, bodies in state.parts.items()
        for body in bodies
    )


def _clocks(state: State, procedure: RunnableProcedure) -> Iterable[Row]:
    for runs in state.clocks.values():
        for run in runs:
            due = due_of(run, procedure)
            kept = None
            if run.stopped is not None:
                kept = is_kept(run, due)
            yield (
                run.clock,
                run.run,
                run.start.isoformat(),
                _iso(due.date),
                _iso(target_of(run, procedure)),
                due.provisional,
                run.is_paused,
                _iso(run.stopped),
                kept,
                _iso(next_warning(run, procedure)),
            )


def _seats(state: State, _procedure: RunnableProcedure) -> Iterable[Row]:
    for is_substitute, seats in ((False, state.seats), (True, state.substitutes)):
        for role, persons in seats.items():
            yield from ((role, person_id(person), is_substitute) for person in persons)


def _readers(state: State, procedure: RunnableProcedure) -> Iterable[Row]:
    for role in procedure.spec.access.normal:
        level = level_of(role, procedure)
        for principal in principals_of(role, state, procedure):
            yield (principal, role, level, _until(principal, role, state, procedure))
    # Granted again, it is open until the last of them ends.
    ends = {grant.person: grant.until for grant in sorted(state.grants, key=attrgetter("until"))}
    for person, until in ends.items():
        yield (person, EMERGENCY, LEVELS[1], until.isoformat(timespec="seconds"))


def _until(principal: str, role: str, state: State, procedure: RunnableProcedure) -> str:
    """Give the last moment of a part that ends; posts of a body read no longer than its part."""
    body = principal.rpartition("@body:")[2]
    last = state.part_ends.get(f"{procedure.spec.roles[role].at}:{body}")
    return f"{last.isoformat()}T23:59:59" if last and principal.startswith("post:") else ""


def _children(state: State, _procedure: RunnableProcedure) -> Iterable[Row]:
    return state.children.items()


def _recusals(state: State, _procedure: RunnableProcedure) -> Iterable[Row]:
    return ((person_id(person),) for person in state.recused)


def _waiting(state: State, procedure: RunnableProcedure) -> Iterable[Row]:
    if state.stage not in procedure.spec.stages or procedure.spec.stages[state.stage].final:
        return
    for proposal in state.proposals.values():
        approval = next_approval(proposal, state, procedure)
        if approval is None:
            continue
        role = approval.by
        persons = [proposal.person, *(s.person for s in proposal.signatures)]
        not_for = "," + ",".join(str(person_id(person)) for person in persons) + ","
        since = (proposal.signatures[-1].at if proposal.signatures else proposal.at).date()
        for principal in principals_of(role, state, procedure):
            yield ("approve", principal, role, proposal.action, proposal.id, _iso(since), not_for)
    if not state.proposals:
        yield from _awaited_actions(state, procedure)


def _awaited_actions(state: State, procedure: RunnableProcedure) -> Iterable[Row]:
    since = state.done[-1].day if state.done else state.opened_day
    for name, action in procedure.spec.actions.items():
        if action.to is None or state.stage not in action.from_:
            continue
        if not holds(action.when, state.values):
            continue
        principals = {p: r for r in reversed(action.by) for p in principals_of(r, state, procedure)}
        for principal, role in principals.items():
            yield ("act", principal, role, name, 0, _iso(since), "")


def _links(state: State, _procedure: RunnableProcedure) -> Iterable[Row]:
    return ((link.ref, link.relation) for link in state.links)


def _table(
    name: str,
    columns: str,
    rows: Callable[[State, RunnableProcedure], Iterable[Row]],
    rests_on: Callable[[State], object],
) -> Table:
    return Table(name, tuple(columns.split()), rows, rests_on)


TABLES: tuple[Table, ...] = (
    _table("casework_part", "body_id part until_date", _parts, attrgetter("parts", "part_ends")),
    _table(
        "casework_clockrow",
        "clock run start_date due_date target_date is_provisional is_paused stopped_date is_kept"
        " warning_date",
        _clocks,
        attrgetter("clocks"),
    ),
    _table(
        "casework_seat",
        "role person_id is_substitute",
        _seats,
        attrgetter("seats", "substitutes"),
    ),
    _table(
        "casework_reader",
        "principal role level until",
        _readers,
        attrgetter("parts", "part_ends", "seats", "substitutes", "grants"),
    ),
    _table("casework_recusal", "person_id", _recusals, attrgetter("recused")),
    _table(
        "casework_waiting",
        "kind principal role action proposal since not_for",
        _waiting,
        attrgetter(
            "stage", "proposals", "values", "done", "opened_day", "parts", "seats", "substitutes"
        ),
    ),
    _table("casework_childrow", "ref status", _children, attrgetter("children")),
    _table("casework_linkrow", "ref relation", _links, attrgetter("links")),
    _table(
        "casework_searchtext",
        "level text pieces",
        search_rows.rows,
        attrgetter("values", "ref", "seats", "parts"),
    ),
)

MATTER_COLUMNS = (
    "procedure",
    "rules",
    "body_id",
    "stage",
    "is_final",
    "opened_date",
    "closed_date",
    "version",
    "listed",
    "words",
    "source",
)

#: What headers still say when the content was removed; the words are then the reference alone.
LEFT_COLUMNS = ("stage", "is_final", "opened_date", "closed_date", "version", "rules", "listed")


def matter_row(state: State, procedure: RunnableProcedure) -> Row:
    """Give the row of the matter itself, in the order of `MATTER_COLUMNS`."""
    row = {**standing(state, procedure), **shown(state, procedure)}
    return tuple(row[column] for column in MATTER_COLUMNS)


def standing(state: State, procedure: RunnableProcedure) -> dict[str, object]:
    """Give the columns that say what a matter is and where it stands."""
    stage = procedure.spec.stages.get(state.stage)
    is_final = bool(stage and stage.final)
    return {
        "procedure": procedure.name,
        "rules": state.rules,
        "body_id": next(iter(state.parts.get("holder", ())), None),
        "stage": state.stage,
        "is_final": is_final,
        "opened_date": state.opened_day.isoformat(),
        "closed_date": state.stage_day.isoformat() if is_final else None,
        "version": state.version,
        "source": state.source,
    }


def shown(state: State, procedure: RunnableProcedure) -> dict[str, object]:
    """Give the columns that follow from its values: what lists show and search in."""
    listed = [
        [name, state.values[name]]
        for name, spec in procedure.spec.fields.items()
        if spec.listed and spec.level == "normal" and state.values.get(name) is not None
    ]
    words = _words(state, procedure, [str(name) for name, _ in listed])
    return {"listed": canonical(listed).decode(), "words": words}


def rows_of(state: State, procedure: RunnableProcedure) -> dict[str, set[Row]]:
    """Give every row the tables should hold for a matter in this state."""
    if state.is_shredded:
        return {table.name: set() for table in TABLES}
    return {table.name: set(table.rows(state, procedure)) for table in TABLES}


def after(before: Held, state: State, procedure: RunnableProcedure) -> Held:
    """Give a later state of a matter with its rows; what rests on nothing changed is taken over."""
    if state.is_shredded or before.procedure != procedure:
        return Held(state, procedure, rows_of(state, procedure))
    rows = {
        table.name: before.rows[table.name]
        if table.rests_on(before.state) == table.rests_on(state)
        else set(table.rows(state, procedure))
        for table in TABLES
    }
    return Held(state, procedure, rows)


def nothing(procedure: RunnableProcedure) -> Held:
    """Give what is held before a matter is opened."""
    return Held(State(), procedure, {table.name: set() for table in TABLES})


def held(state: State, procedure: RunnableProcedure) -> Held:
    """Give a state with its rows."""
    return Held(state, procedure, rows_of(state, procedure))


# --- words both sides use -----------------------------------------------------------------------


def principals_of(role: str, state: State, procedure: RunnableProcedure) -> list[str]:
    """Give the principals that hold a role in a matter: posts of bodies with a part, or seats."""
    spec = procedure.spec.roles[role]
    found = list(state.substitutes.get(role, ()))
    if spec.held_by == "assignment":
        return [*found, *state.seats.get(role, ())]
    bodies: Sequence[int] = state.parts.get(spec.at, ())
    return [*found, *(post_principal(spec.post or role, body) for body in bodies)]


def level_of(role: str, procedure: RunnableProcedure) -> Level:
    """Give the highest level a role reads; emergency access reads content."""
    access = procedure.spec.access
    if role in access.identity:
        return LEVELS[2]
    return LEVELS[1] if role in access.content or role == EMERGENCY else LEVELS[0]


def title_of(role: str, procedure: RunnableProcedure) -> Text:
    """Give the title of a role in a matter."""
    spec = procedure.spec.roles.get(role)
    return spec.title if spec else Text("应急查阅", "Emergency access")


def person_id(person: str) -> int:
    """Give the id in a person key."""
    return int(person.removeprefix("person:"))


def _words(state: State, procedure: RunnableProcedure, listed: Sequence[str]) -> str:
    """Give what the search box of the list looks in; nothing above the normal level."""
    shown = [state.ref]
    for name in listed:
        spec = procedure.spec.fields[name]
        for lang in ("zh", "en"):
            shown.append(TYPES[spec.type].show(state.values[name], spec, lang))
    return " ".join(dict.fromkeys(word for word in shown if word))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
