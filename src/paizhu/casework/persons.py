"""Persons in a matter: whom a form may name, whom one may appoint, and whom a name keeps out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from paizhu.engine.entries import Entry, Value
from paizhu.engine.state import State
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.registry.models import Person, Tenure
from paizhu.registry.principals import holders, in_force
from paizhu.rules.rulebook import RunnableProcedure

_KEY = re.compile(r"person:([0-9]{1,12})")
_BETWEEN = re.compile(r"[、，,；;/／]")
FROM_LIST = Text("请从名单中选择人员。", "Choose a person from the list.")


def key_of(raw: object, *, field: str = "person") -> str:
    """Give the key of a person in the registry from what a form sent; raise Invalid."""
    found = _KEY.fullmatch(str(raw).strip())
    person = Person.objects.filter(pk=int(found[1])).first() if found else None
    if person is None:
        raise Invalid(FROM_LIST, fields={field: FROM_LIST})
    return person.key


def settled(values: Mapping[str, Value], rules: RunnableProcedure) -> dict[str, Value]:
    """Give the values with each `person:` that a person field holds made sure of; raise Invalid."""
    found = dict(values)
    for name, value in values.items():
        is_person = rules.spec.fields[name].type == "person"
        if is_person and isinstance(value, str) and value.startswith("person:"):
            found[name] = key_of(value, field=name)
    return found


def seats_of(
    raw: Mapping[str, object], state: State, role: str | None, *, on: date
) -> tuple[str, ...]:
    """Give the persons to be seated, each allowed to be."""
    chosen = raw.get("seats") or ()
    if role is None or not chosen:
        return ()
    listed = chosen if isinstance(chosen, list | tuple) else [chosen]
    persons = tuple(dict.fromkeys(str(item).strip() for item in listed))
    able = candidates(state, on=on)
    for person in persons:
        _check(person, able)
    return persons


def check_person(state: State, person: str, *, on: date) -> str:
    """Give the key of somebody who may be appointed; raise Invalid."""
    _check(person, candidates(state, on=on))
    return person


def candidates(state: State, *, on: date) -> dict[str, Text]:
    """Give who may be appointed: whoever is today on a post in a body that works on the matter.

    That is the holder, the body that sends it, and members until their last day; never anybody
    recused.
    """
    ended = {where for where, last in state.part_ends.items() if last < on}
    bodies = [
        body
        for part in WORKING
        for body in state.parts.get(part, ())
        if f"{part}:{body}" not in ended
    ]
    held = Tenure.objects.filter(in_force(on), post__body_id__in=bodies)
    people = Person.objects.filter(pk__in=held.values("person_id"))
    return {person.key: person.name for person in people if person.key not in state.recused}


def role_holders(
    state: State, procedure: RunnableProcedure, *, on: date
) -> dict[str, frozenset[str]]:
    """Give who holds each role by post on a day. One query."""
    roles = {
        name: [(spec.post or name, body) for body in state.parts.get(spec.at, ())]
        for name, spec in procedure.spec.roles.items()
        if spec.held_by == "post"
    }
    found = holders([pair for pairs in roles.values() for pair in pairs], on=on)
    return {
        name: frozenset(f"person:{person}" for pair in pairs for person in found[pair])
        for name, pairs in roles.items()
    }


#: The parts of bodies whose people may be seated.
WORKING = ("holder", "superior", "member")


def _check(person: str, able: Mapping[str, Text]) -> None:
    if person not in able:
        say = Text(
            "所选人员不在可指定范围内，或应当回避。",
            "That person cannot be appointed here, or must be recused.",
        )
        raise Invalid(say, fields={"seats": say})


# --- whom a name keeps out ----------------------------------------------------------------------


def named(draft: Entry, procedure: RunnableProcedure) -> list[str]:
    """Give the persons newly named in a field that recuses: by key, or everybody of that name.

    A name alone may hit a namesake; to keep one person too many out is the safe mistake, and the
    head can see it in the list of who may know.
    """
    payload = draft.payload or {}
    values = payload.get("values") if draft.kind != "corrected" else {
        str(payload.get("field")): payload.get("value")
    }  # fmt: skip
    if not isinstance(values, dict):
        return []
    found: list[str] = []
    for name, spec in procedure.spec.fields.items():
        value = values.get(name)
        if not spec.recuses or not isinstance(value, str):
            continue
        found += [value] if value.startswith("person:") else _called(value)
    return found


def _called(value: str) -> list[str]:
    """Give everybody called so, however it was written: spaced, in Latin letters, one of several."""
    plain = unicodedata.normalize("NFKC", value)
    words = {word.strip() for word in (plain, *_BETWEEN.split(plain)) if word.strip()}
    squeezed = {"".join(word.split()) for word in words}
    wanted = Q(name_zh__in=words | squeezed)
    for word in words:
        wanted |= Q(name_en__iexact=word)
    return [person.key for person in Person.objects.filter(wanted)]
