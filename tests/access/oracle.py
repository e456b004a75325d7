"""Who may know what, decided by brute force from the ledger, the registry and the rule in words.

Nothing of `casework` is used. The rule: whoever is on a post that the declared role names, in a
body that has the part; whoever sits on a seat of the role; whoever was appointed to sign instead -
may know, as far as the role reads; but nobody who is recused: declared, or named in a field that
recuses, here or in the matter this one was opened from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from paizhu.engine.clocks import due_of
from paizhu.engine.entries import Entry, Value
from paizhu.engine.state import State, fold
from paizhu.ledger import book
from paizhu.registry.models import Person, Tenure
from paizhu.rules.conditions import holds
from paizhu.rules.rulebook import RunnableProcedure
from paizhu.rules.spec import FieldSpec

LEVELS = {"normal": 0, "content": 1, "identity": 2}
SOON = timedelta(days=14)


@dataclass
class Known:
    """What the entries of one matter say, read anew."""

    ref: str
    procedure: RunnableProcedure
    stage: str = ""
    parts: dict[str, list[int]] = field(default_factory=dict)
    #: The last day of a part, where one was said.
    ends: dict[tuple[str, int], date] = field(default_factory=dict)
    #: Emergency access: who, and until which moment.
    grants: list[tuple[str, datetime]] = field(default_factory=list)
    seats: dict[str, list[str]] = field(default_factory=dict)
    instead: dict[str, list[str]] = field(default_factory=dict)
    recused: set[str] = field(default_factory=set)
    values: dict[str, Value] = field(default_factory=dict)
    waiting: dict[int, Entry] = field(default_factory=dict)
    signed: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    parent: str = ""
    state: State = field(default_factory=State)

    @property
    def final(self) -> bool:
        return self.procedure.spec.stages[self.stage].final

    def running(self) -> list[date | None]:
        """Give the due days of the clocks that run."""
        return [due_of(run, self.procedure).date for run in self.state.running()]


class Oracle:
    """Reads everything once; then every question is answered in memory."""

    def __init__(
        self, refs: Iterable[str], on: date, rules_of, *, moment: datetime | None = None
    ) -> None:
        self.on, self.moment = on, moment
        self.tenures = list(
            Tenure.objects.values_list("person_id", "post__key", "post__body_id", "since", "until")
        )
        self.names = list(Person.objects.values_list("pk", "name_zh"))
        self.matters = {ref: self._read(ref, rules_of) for ref in refs}
        for _ in self.matters:  # what a child takes over, its own children take over too
            for known in self.matters.values():
                if known.parent in self.matters:
                    known.recused |= self.matters[known.parent].recused

    # --- the rule -------------------------------------------------------------------------------

    def level(self, person: int, ref: str) -> str | None:
        """Give how far a person may read a matter; None when they may not know of it."""
        known = self.matters[ref]
        access = known.procedure.spec.access
        mine = [role for role in access.normal if self.reads(person, role, known)]
        lent = self.lent(person, known)
        if not mine and not lent:
            return None
        if any(role in access.identity for role in mine):
            return "identity"
        is_content = lent or any(role in access.content for role in mine)
        return "content" if is_content else "normal"

    def lent(self, person: int, known: Known) -> bool:
        """Say whether emergency access is open to a person at this moment."""
        key = f"person:{person}"
        return key not in known.recused and any(
            who == key and (self.moment is None or self.moment <= until)
            for who, until in known.grants
        )

    def reads(self, person: int, role: str, known: Known) -> bool:
        """Say whether a person reads in a role: as a body, not beyond the last day of its part."""
        at = known.procedure.spec.roles[role].at
        bodies = known.parts.get(at, [])
        open_ = [b for b in bodies if known.ends.get((at, b), self.on) >= self.on]
        return self.holds(person, role, known, among=open_)

    def holds(
        self, person: int, role: str, known: Known, *, among: list[int] | None = None
    ) -> bool:
        """Say whether a person has a role in a matter."""
        key = f"person:{person}"
        if key in known.recused:
            return False
        if key in known.instead.get(role, ()):
            return True
        spec = known.procedure.spec.roles[role]
        if spec.held_by == "assignment":
            return key in known.seats.get(role, ())
        return any(
            who == person
            and post == (spec.post or role)
            and body in (known.parts.get(spec.at, []) if among is None else among)
            and since <= self.on
            and (until is None or self.on <= until)
            for who, post, body, since, until in self.tenures
        )

    # --- what a tick leaves behind --------------------------------------------------------------

    def overdue_offer(self, known: Known) -> bool:
        """Say whether a hand-over is still offered although the day for its answer is over."""
        shape = known.procedure.spec.hand_over
        if shape is None or known.stage != known.procedure.spec.actions[shape.offer].to:
            return False
        return any(due is not None and due < self.on for due in known.running())

    def left_behind(self, known: Known) -> set[str]:
        """Give who sits, or signs instead, without a post in a body that still works on it."""
        bodies = {
            body
            for part in ("holder", "superior", "member")
            for body in known.parts.get(part, ())
            if known.ends.get((part, body), self.on) >= self.on
        }
        seated = {
            key for where in (known.seats, known.instead) for s in where.values() for key in s
        }
        here = {
            f"person:{who}"
            for who, _, body, since, until in self.tenures
            if body in bodies and since <= self.on and (until is None or self.on <= until)
        }
        return seated - here

    def may_know(self, person: int) -> list[str]:
        """Give the matters a person may know of."""
        return [ref for ref in self.matters if self.level(person, ref)]

    def shown(self, person: int, ref: str) -> set[str]:
        """Give the fields with a value that a person may read."""
        values = self.matters[ref].values
        found = self.fields(person, ref)
        return {name for name in found if values.get(name) not in (None, "", [])}

    def fields(self, person: int, ref: str) -> set[str]:
        """Give the fields a person may read, with a value or without."""
        known = self.matters[ref]
        access = known.procedure.spec.access
        fields: Mapping[str, FieldSpec] = known.procedure.spec.fields
        mine = [role for role in access.normal if self.reads(person, role, known)]
        may = {name for role in mine for name in access.only.get(role, ())}
        reach = [self._reach(role, known) for role in mine if role not in access.only]
        if self.lent(person, known):
            reach.append(LEVELS["content"])
        most = max(reach, default=-1)
        return may | {name for name, spec in fields.items() if LEVELS[spec.level] <= most}

    def is_limited(self, person: int, ref: str) -> bool:
        """Say whether a person reads a matter only in roles with a list of fields."""
        known = self.matters[ref]
        only, normal = known.procedure.spec.access.only, known.procedure.spec.access.normal
        mine = {role for role in normal if self.reads(person, role, known)}
        return bool(mine) and mine <= set(only) and not self.lent(person, known)

    def _reach(self, role: str, known: Known) -> int:
        access = known.procedure.spec.access
        return LEVELS["identity" if role in access.identity
                      else "content" if role in access.content else "normal"]  # fmt: skip

    def waits(self, person: int) -> set[tuple[str, str, int | None]]:
        """Give what waits for a person: matter, kind, proposal."""
        found: set[tuple[str, str, int | None]] = set()
        for ref in self.may_know(person):
            known = self.matters[ref]
            if known.final:
                continue
            for number, proposed in known.waiting.items():
                role = self._next(known, number, proposed)
                signers = [key for _, key in known.signed.get(number, ())]
                if (
                    role
                    and self.holds(person, role, known)
                    and f"person:{person}" not in (proposed.person, *signers)
                ):
                    found.add((ref, "approve", number))
            if not known.waiting and any(
                self.holds(person, role, known)
                for action in known.procedure.spec.actions.values()
                if action.to is not None
                and known.stage in action.from_
                and holds(action.when, known.values)
                for role in action.by
            ):
                found.add((ref, "act", None))
        return found

    def _next(self, known: Known, number: int, proposed: Entry) -> str | None:
        """Give the role of the first signature that is missing."""
        values = {**known.values, **_values(proposed)}
        given = [role for role, key in known.signed.get(number, ()) if key not in known.recused]
        for approval in known.procedure.spec.actions[proposed.action].approvals:
            if not holds(approval.when, values):
                continue
            if approval.by not in given:
                return approval.by
            given.remove(approval.by)
        return None

    # --- reading the ledger ---------------------------------------------------------------------

    def _read(self, ref: str, rules_of) -> Known:
        entries = book.entries_of(ref)
        known = Known(ref, rules_of(entries[-1].rules))
        for entry in entries:
            known.stage = entry.stage or known.stage
            reader = getattr(self, f"_{entry.kind}", None)
            if reader:
                reader(known, entry, entry.payload or {})
            known.recused |= self._named(known, entry)
            self._drop_recused(known)
        known.state = fold(entries, rules_of)
        return known

    def _enacted(self, known: Known, entry: Entry, payload) -> None:
        proposed = known.waiting.pop(payload.get("proposal", 0), None)
        said = (proposed.payload or {}) if proposed else payload
        known.values |= _values(proposed or entry)
        for name, value in _values(proposed or entry).items():
            spec = known.procedure.spec.fields[name]
            if spec.part and isinstance(value, str):
                body = int(value.removeprefix("body:"))
                known.parts[spec.part] = [*known.parts.get(spec.part, []), body]
                until = _values(proposed or entry).get(spec.part_until or "")
                known.ends.pop((spec.part, body), None)
                if isinstance(until, str) and until:
                    known.ends[spec.part, body] = date.fromisoformat(until)
            if spec.ends_part and isinstance(value, str):
                body = int(value.removeprefix("body:"))
                known.parts[spec.ends_part] = [
                    b for b in known.parts.get(spec.ends_part, []) if b != body
                ]
        action = known.procedure.spec.actions[entry.action]
        if action.opens:
            known.parts |= dict(payload["parts"])
            known.parent = payload.get("parent", "")
            known.links += [known.parent] if known.parent else []
        if action.assigns and said.get("seats"):
            known.seats[action.assigns] = list(said["seats"])

    def _proposed(self, known: Known, entry: Entry, payload) -> None:
        known.waiting[entry.version] = entry

    def _approved(self, known: Known, entry: Entry, payload) -> None:
        known.signed.setdefault(payload["proposal"], []).append((payload["role"], entry.person))

    def _returned(self, known: Known, entry: Entry, payload) -> None:
        known.waiting.pop(payload["proposal"])

    _withdrawn = _returned

    def _assigned(self, known: Known, entry: Entry, payload) -> None:
        if payload.get("until"):
            until = datetime.fromisoformat(payload["until"])
            known.grants += [(person, until) for person in payload["persons"]]
            return
        where = known.instead if payload.get("substitute") else known.seats
        where[payload["role"]] = list(payload["persons"])

    def _recused(self, known: Known, entry: Entry, payload) -> None:
        known.recused.add(payload["person"])

    def _linked(self, known: Known, entry: Entry, payload) -> None:
        if payload["ref"] not in known.links:
            known.links.append(payload["ref"])

    def _corrected(self, known: Known, entry: Entry, payload) -> None:
        known.values[payload["field"]] = payload["value"]

    def _named(self, known: Known, entry: Entry) -> set[str]:
        """Give everybody a field that recuses names, by key or by name."""
        payload = entry.payload or {}
        said = dict(_values(entry))
        if entry.kind == "corrected":
            said = {payload["field"]: payload["value"]}
        named = {
            value
            for name, value in said.items()
            if known.procedure.spec.fields[name].recuses and isinstance(value, str)
        }
        return {f"person:{pk}" for pk, name in self.names if {f"person:{pk}", name} & named}

    def _drop_recused(self, known: Known) -> None:
        for seats in (known.seats, known.instead):
            for role, persons in seats.items():
                seats[role] = [key for key in persons if key not in known.recused]
        for number, proposed in list(known.waiting.items()):
            if proposed.person in known.recused:
                del known.waiting[number]


def _values(entry: Entry) -> Mapping[str, Value]:
    values = (entry.payload or {}).get("values")
    return values if isinstance(values, dict) else {}
