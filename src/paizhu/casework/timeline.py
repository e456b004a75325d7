"""What happened in a matter, line by line, as one reader may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from paizhu.casework import access, naming
from paizhu.casework.cards import FieldCard, TimelineLine
from paizhu.casework.naming import Names, known_as, people
from paizhu.casework.writing import Bench
from paizhu.engine.entries import KINDS, Entry, Value
from paizhu.kernel.text import Text
from paizhu.rules.rulebook import RunnableProcedure


def fields(
    values: Mapping[str, Value],
    procedure: RunnableProcedure,
    roles: Mapping[str, str],
    names: Names,
) -> Iterable[FieldCard]:
    """Give the values this reader may read, in declared order, as shown in each language."""
    shown = access.mask(values, procedure, roles)
    for name, spec in procedure.spec.fields.items():
        value = shown.get(name)
        if value is None or value in ("", []):
            continue
        is_table = spec.type == "lines"
        yield FieldCard(
            name,
            spec.title,
            spec.type,
            naming.shown(value, spec, names),
            spec.level,
            head=tuple(column.title for column in spec.columns.values()) if is_table else (),
            rows=naming.table(value, spec, names) if is_table else (),
        )


def timeline(
    bench: Bench, reading: access.Reading, names: Names, *, linked: Collection[str]
) -> Iterable[TimelineLine]:
    """Give the lines, newest first; a link to a matter not in `linked` leaves no line.

    Emergency access leaves its line, and the number of the request only if that is in `linked`.
    """
    untold = _is_of_the_other_side(bench.procedure, reading.roles)
    for entry in reversed(bench.entries):
        if entry.kind == "linked" and (entry.payload or {}).get("ref") not in linked:
            continue
        if untold and _is_by_name(entry):
            continue
        yield TimelineLine(
            version=entry.version,
            at=entry.at,
            day=entry.day if entry.day != entry.at.date() else None,
            who=_who(entry, names),
            sentence=_sentence(entry, bench.procedure, reading.roles, names),
            details=tuple(_details(entry, bench, reading.roles, names)),
            text=_free_text(entry, reading.level) if asked_in(entry) in ("", *linked) else "",
            ref=str((entry.payload or {}).get("ref", "")) if entry.kind == "linked" else "",
        )


def asked_in(entry: Entry) -> str:
    """Give the number of the matter in which emergency access was asked for; empty for other lines."""
    payload = entry.payload or {}
    return str(payload.get("reasons", "")) if _is_grant(entry) else ""


def _is_by_name(entry: Entry) -> bool:
    """Say whether somebody was recused because they were named, as whoever is reported is."""
    return entry.kind == "recused" and (entry.payload or {}).get("cause") == "named"


def _is_of_the_other_side(procedure: RunnableProcedure, roles: Mapping[str, str]) -> bool:
    """Say whether a reader is only of those who are asked, and may not read who was named: that
    somebody was named is none of their business either.
    """
    known = procedure.spec.roles
    asked = all(role in known and known[role].at == "respondent" for role in roles)
    return asked and not _reads_names(procedure, roles)


def _is_grant(entry: Entry) -> bool:
    return entry.kind == "assigned" and bool((entry.payload or {}).get("until"))


#: What a line about another matter says, by its relation.
LINKED = {
    "child": Text("由本事项开启", "Opened from here"),
    "closed": Text("由本事项开启的事项已办结", "A matter opened from here has ended"),
}

#: The field that asks about recusal is about those who are to handle it; this is about somebody else.
NAMED = Text(
    "系统 登记了回避：本事项写明的人员（或与其同名的人员）不得知悉、不得办理本事项",
    "The system recorded a recusal: a person named in this matter, or a namesake, may neither know "
    "of it nor handle it",
)
GRANTED = Text("经批准应急查阅", "Emergency access was approved")
SEAT_ENDED = Text(
    "承办人员离任，席位空出", "Somebody seated here left their posts; the seat is free"
)


def _who(entry: Entry, names: Names) -> Text:
    if entry.person == "system":
        return Text("系统", "The system")
    return known_as(entry.person, entry.name, names)


def _sentence(
    entry: Entry, procedure: RunnableProcedure, roles: Mapping[str, str], names: Names
) -> Text:
    says = KINDS[entry.kind].says
    action = procedure.spec.actions.get(entry.action)
    document = procedure.spec.documents.get(entry.action)
    title = action.title if action else document.title if document else Text("", "")
    payload = entry.payload or {}
    if entry.kind == "warned":
        return _warning(str(payload.get("clock", "")), str(payload.get("threshold")), procedure)
    if entry.kind == "linked" and payload.get("relation") in LINKED:
        return LINKED[str(payload["relation"])]
    if _is_by_name(entry) and _reads_names(procedure, roles):
        return NAMED
    if _is_grant(entry):
        return GRANTED
    if entry.kind == "assigned" and entry.person == "system":
        return SEAT_ENDED
    who = _who(entry, names)
    number = str(payload.get("number", "")) if entry.kind == "issued" else ""
    tail = Text(f"“{title.zh}”{number}", f" “{title.en}” {number}".rstrip()) if document else None
    return Text(
        says.zh.format(who=who.zh, action=title.zh) + (tail.zh if tail else ""),
        says.en.format(who=who.en, action=title.en) + (tail.en if tail else ""),
    )


def _warning(clock: str, threshold: str, procedure: RunnableProcedure) -> Text:
    spec = procedure.spec.clocks.get(clock)
    title = spec.title if spec else Text(clock, clock)
    if threshold == "missed":
        return Text(f"时限“{title.zh}”已过", f"The time limit “{title.en}” has passed")
    return Text(f"时限“{title.zh}”临近", f"The time limit “{title.en}” is near")


def _details(
    entry: Entry, bench: Bench, roles: Mapping[str, str], names: Names
) -> Iterable[FieldCard]:
    payload = entry.payload or {}
    values = payload.get("values")
    if isinstance(values, dict):
        yield from fields(values, bench.procedure, roles, names)
    if entry.kind == "corrected":
        yield from _corrected(payload, bench, roles, names)
    persons = payload.get("persons") or payload.get("seats")
    if isinstance(persons, list) and persons:
        title = Text("人员", "People")
        yield FieldCard(
            "seats", title, "person", people([str(p) for p in persons], names), "normal"
        )


def _corrected(
    payload: Mapping[str, Value], bench: Bench, roles: Mapping[str, str], names: Names
) -> Iterable[FieldCard]:
    """Give what stood there and what stands there now; or which namesake is no longer kept out.

    Who has the name of the person reported is told to none but those who may read that name.
    """
    field, procedure = str(payload.get("field", "")), bench.procedure
    for key in ("was", "value"):
        yield from fields({field: payload.get(key)}, procedure, roles, names)
    if field in names and _reads_names(procedure, roles):
        title = Text("同名误列，撤销回避", "A namesake, no longer recused")
        yield FieldCard("recusal", title, "person", names[field], "content")


def _reads_names(procedure: RunnableProcedure, roles: Mapping[str, str]) -> bool:
    """Say whether the reader may read every name that keeps somebody out."""
    recusing = [name for name, spec in procedure.spec.fields.items() if spec.recuses]
    return all(access.may_read_field(name, procedure, roles) for name in recusing)


def _free_text(entry: Entry, level: str) -> str:
    """Notes and reasons are content."""
    if not access.may_read(level, "content"):
        return ""
    payload = entry.payload or {}
    return str(payload.get("text") or payload.get("reasons") or "")
