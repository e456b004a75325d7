"""Behind the door: from drafts to entries, rows, numbers, notices and linked matters, in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from paizhu.casework import (
    bodies,
    children,
    folding,
    notices,
    numbers,
    persons,
    projections,
    rulebook,
    tables,
)
from paizhu.casework.access import Reading, may_read_field
from paizhu.casework.cards import Receipt
from paizhu.casework.models import Matter
from paizhu.casework.openings import Opening
from paizhu.engine import rights, steps, words
from paizhu.engine.entries import Entry, Value
from paizhu.engine.rights import Actor, When
from paizhu.engine.state import State, apply
from paizhu.kernel.errors import Invalid
from paizhu.ledger import book
from paizhu.registry.principals import Who
from paizhu.rules import forms
from paizhu.rules.rulebook import RunnableProcedure


@dataclass(frozen=True, slots=True)
class Bench:
    """A matter on the bench: its row, entries, state, rules, and who is at it."""

    matter: int
    entries: tuple[Entry, ...]
    held: projections.Held
    actor: Actor

    @property
    def state(self) -> State:
        return self.held.state

    @property
    def procedure(self) -> RunnableProcedure:
        return self.held.procedure


# --- preparing ----------------------------------------------------------------------------------


def moment(now: datetime, day: date | None) -> When:
    """Give the moment in the time of the place, and the day it counts for."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return When(local, day or local.date())


def bench(actor: Who, reading: Reading) -> Bench:
    """Load a matter a person may know of: one query, then pure folding."""
    found = folding.folded(reading.ref)
    posts = {
        role: through.removeprefix("post:")
        for role, through in reading.roles.items()
        if through.startswith("post:")
    }
    me = Actor(actor.key, actor.name.zh, posts)
    return Bench(reading.matter, found.entries, found.held, me)


def is_current(bench: Bench, version: int) -> bool:
    """Say whether a page that showed `version` is still true; a warning alone changes nothing."""
    since = [entry for entry in bench.entries if entry.version > version]
    return bench.state.version >= version and all(entry.kind == "warned" for entry in since)


def plain(raw: Mapping[str, object]) -> dict[str, object]:
    """Leave out the keys that are not fields."""
    return {key: value for key, value in raw.items() if key != "seats"}


def stuck_roles(bench: Bench, when: When) -> set[str]:
    """Give the roles whose signature nobody may give any more."""
    found = rights.stuck(
        bench.state,
        bench.procedure,
        persons.role_holders(bench.state, bench.procedure, on=when.day),
    )
    return {stuck.role for stuck in found}


def overseers(bench: Bench, when: When) -> frozenset[str]:
    """Give who oversees the matter from the body that sends the holder."""
    found = persons.role_holders(bench.state, bench.procedure, on=when.day)
    above = [name for name, role in bench.procedure.spec.roles.items() if role.at == "superior"]
    return frozenset().union(*(found.get(name, frozenset()) for name in above))


def corrected(bench: Bench, field: str, raw: object) -> Value:
    """Read a corrected value; what the actor may not read he cannot correct either."""
    known = {name: value for name, value in bench.state.values.items() if name != field}
    roles = rights.roles_in(bench.state, bench.actor)
    if field not in bench.state.values or not may_read_field(field, bench.procedure, roles):
        raise Invalid(words.NOTHING_RECORDED, fields={"field": words.NOTHING_RECORDED})
    values = forms.read(bench.procedure.spec.fields, [field], {field: raw}, known=known)
    if values.get(field) is None:
        raise Invalid(words.EMPTY, fields={field: words.EMPTY})
    return persons.settled(values, bench.procedure)[field]


# --- writing ------------------------------------------------------------------------------------


def open_matter(pen: book.Pen, new: Opening, when: When) -> Receipt:
    """Give a matter its number, write its first entry, rows, notices, recusals."""
    number = numbers.next_number(new.rules.spec.number, new.code, when.day.year)
    payload: dict[str, Value] = {
        "values": dict(new.values),
        "number": number,
        "parts": {**bodies.standing_parts(new.holder, on=when.day), **new.parts},
        **new.extra,
    }
    drafts = steps.opening(new.rules, new.action, new.actor, payload=payload, when=when)
    rulebook.keep(new.rules)
    empty = Bench(0, (), projections.nothing(new.rules), new.actor)
    receipt = write(pen, empty, drafts, when, ref=number)
    written = keep_out(pen, number, new.kept_out, new.actor, when)
    return replace(receipt, version=written.version, seq=written.seq) if written else receipt


def keep_out(
    pen: book.Pen, ref: str, persons: Sequence[str], actor: Actor, when: When
) -> Receipt | None:
    """Recuse from a matter whoever is recused from, or acted in, the one it comes from."""
    if not persons:
        return None
    found = folding.folded(ref)
    state = found.held.state
    left = [person for person in dict.fromkeys(persons) if person not in state.recused]
    matter = Matter.objects.filter(ref=ref).values_list("pk", flat=True).first() if left else None
    if matter is None or state.is_shredded:
        return None
    bench = Bench(matter, found.entries, found.held, actor)
    drafts = []
    for person in left:
        payload: dict[str, Value] = {"person": person, "reasons": "", "cause": "kept out"}
        drafts.append(steps.by_rule(state, bench.procedure, "recused", payload=payload, when=when))
    return write(pen, bench, drafts, when)


def write(
    pen: book.Pen, bench: Bench, drafts: Sequence[Entry], when: When, *, ref: str = ""
) -> Receipt:
    """Append drafts and all that follows from them; write rows and notices once."""
    page = _Page(pen, ref or bench.state.ref, bench.state, bench.procedure, when)
    for draft in drafts:
        page.append(_completed(draft, page.state, bench.procedure))
        if draft.kind in ("enacted", "proposed", "corrected"):
            for person in persons.named(draft, bench.procedure):
                page.keep_out(person)
        if draft.kind == "enacted":
            for new in children.opened_by(page.state, bench.procedure, bench.actor, draft, when):
                child = open_matter(pen, new, when).ref
                page.opened.append(child)
                page.by_rule("linked", children.link(child, new.rules.name))
    now = projections.after(bench.held, page.state, bench.procedure)
    if matter := bench.matter:
        tables.change_matter(matter, bench.held, now)
    else:
        matter = tables.insert_matter(now)
    folding.remember(page.ref, page.digest, folding.Folded((*bench.entries, *page.written), now))
    notices.write(matter, page.state, bench.procedure, page.written)
    for person in sorted(page.state.recused - bench.state.recused):
        for ref in page.state.children:  # what grew out of this matter is kept from him too
            keep_out(pen, ref, [person], bench.actor, when)
    children.tell_parent(pen, bench.state, page.state, bench.procedure, when)
    proposal = next((e.version for e in page.written if e.kind == "proposed"), None)
    return Receipt(page.ref, page.state.version, page.seq, proposal, tuple(page.opened))


class _Page:
    """A matter while it is being written: every entry is applied as it is appended."""

    def __init__(
        self, pen: book.Pen, ref: str, state: State, procedure: RunnableProcedure, when: When
    ) -> None:
        self.pen, self.ref, self.procedure, self.when = pen, ref, procedure, when
        self.state = state
        self.seq, self.digest = 0, ""
        self.written: list[Entry] = []
        self.opened: list[str] = []

    def append(self, entry: Entry) -> None:
        line = self.pen.append(self.ref, entry)
        self.seq, self.digest = line.seq, line.digest
        self.state = apply(self.state, line.entry, self.procedure)
        self.written.append(line.entry)

    def by_rule(self, kind: str, payload: Mapping[str, Value]) -> None:
        self.append(
            steps.by_rule(self.state, self.procedure, kind, payload=payload, when=self.when)
        )

    def keep_out(self, person: str) -> None:
        """Recuse somebody by rule, once."""
        if person not in self.state.recused:
            self.by_rule("recused", {"person": person, "reasons": "", "cause": "named"})


def _completed(draft: Entry, state: State, procedure: RunnableProcedure) -> Entry:
    """Give a draft its place, and a document its number."""
    draft = replace(draft, version=state.version + 1)
    if draft.kind != "issued" or draft.payload is None:
        return draft
    spec = procedure.spec.documents[draft.action]
    body = state.ref.split("-")[1] if "-" in state.ref else ""
    number = numbers.next_number(spec.number, body, draft.day.year) if spec.number else ""
    digest = numbers.content_digest(state.values)
    return replace(draft, payload={**draft.payload, "number": number, "digest": digest})


def own_recusal(bench: Bench, when: When, payload: Mapping[str, Value]) -> list[Entry]:
    """Draft the recusal of oneself; it needs no right, only that one may know of the matter."""
    roles = rights.roles_in(bench.state, bench.actor)
    entry = Entry(
        kind="recused",
        person=bench.actor.person,
        name=bench.actor.name,
        post=next(iter(roles.values()), ""),
        at=when.at,
        day=when.day,
        rules=bench.procedure.digest,
        payload=dict(payload),
        version=bench.state.version + 1,
    )
    return [entry]
