"""What programs send, and the few things they get that are no card of the floors below."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from paizhu.casework.cards import ActionCard, ClockChip, MatterRow, Option, ProposalCard
from paizhu.kernel.text import Text
from paizhu.registry.tokens import TokenCard
from paizhu.rules.reckoning import LimitFacts

Values = dict[str, Any]


class Sent(Schema):
    """What is sent: no key that nobody reads."""

    model_config = ConfigDict(extra="forbid")


class Opening(Sent):
    """Open a matter of a procedure in a body of one's own."""

    procedure: str
    body: str
    #: The opening action; the first one when left out.
    action: str = ""
    #: As its JSON Schema asks.
    values: Values = Field(default_factory=dict)


class Versioned(Sent):
    """Acts on what was seen: if somebody acted since this version, nothing is stored."""

    version: int


class Act(Versioned):
    """Take an action. `values` as its JSON Schema asks, `seats` among them."""

    values: Values = Field(default_factory=dict)


class WithReasons(Versioned):
    reasons: str


class Assignment(Versioned):
    role: str
    #: Keys of persons: `person:17`.
    persons: list[str]


class RecusalOf(WithReasons):
    person: str


class Substitution(WithReasons):
    role: str
    person: str


class Note(Versioned):
    text: str


class Correction(WithReasons):
    field: str
    value: Any


class NoticesRead(Sent):
    ids: list[Annotated[int, Field(ge=1, le=2**53)]]


class Kept(Sent):
    """Count a return for a period and keep the figures."""

    period: str


class Wanted(Sent):
    """How the list is narrowed; empty means all I may know of."""

    procedure: str = Field("", max_length=80)
    #: `procedure.stage`
    stage: str = Field("", max_length=80)
    #: Key of a body: `body:3`.
    body: str = Field("", max_length=20)
    state: Literal["", "open", "closed", "late", "waiting"] = ""
    #: Words to look for.
    query: str = Field("", max_length=80)
    order: Literal["newest", "oldest"] = "newest"
    #: `next` of the answer before.
    cursor: str = Field("", max_length=80)
    size: int = Field(50, ge=1, le=200)


@dataclass(frozen=True, slots=True)
class MatterLeaf:
    """Some matters, and what to send as `cursor` for those that follow; null at the end."""

    rows: tuple[MatterRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class AskedAction:
    """An action as it stands for me; `input` is the JSON Schema of its values when I may take it."""

    card: ActionCard
    input: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Whom I may appoint to a role; of `recuse`: who may be recused."""

    role: str
    title: Text
    persons: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What I may do with a matter now, and why not the rest."""

    ref: str
    version: int
    stage: str
    actions: tuple[AskedAction, ...]
    proposals: tuple[ProposalCard, ...]
    #: Standing verbs open to me: assign, recuse, note, attach, correct, substitute.
    may: frozenset[str]
    candidates: tuple[Candidates, ...]


@dataclass(frozen=True, slots=True)
class PostOfMine:
    post: str
    title: Text
    body: str
    body_name: Text
    body_kind: str


@dataclass(frozen=True, slots=True)
class Me:
    """Whose eyes these are."""

    username: str
    person: str
    name: Text
    language: str
    posts: tuple[PostOfMine, ...]
    #: The token that asks; null for a signed-in session.
    token: TokenCard | None


@dataclass(frozen=True, slots=True)
class Clocks:
    """Running time limits that are late or due within two weeks, of all that run."""

    late: tuple[ClockChip, ...]
    due_soon: tuple[ClockChip, ...]
    running: int


@dataclass(frozen=True, slots=True)
class Pause:
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """A limit counted out; a clock of several phases gives each."""

    clock: str
    start: date
    counted_from: date
    law_on: date
    pauses: tuple[Pause, ...]
    phases: tuple[LimitFacts, ...]


@dataclass(frozen=True, slots=True)
class ListedAction:
    action: str
    title: Text
    opens: bool
    #: Where its JSON Schema is.
    schema: str


@dataclass(frozen=True, slots=True)
class ListedProcedure:
    procedure: str
    title: Text
    effective_from: date
    digest: str
    stages: dict[str, Text]
    actions: tuple[ListedAction, ...]


@dataclass(frozen=True, slots=True)
class Procedures:
    procedures: tuple[ListedProcedure, ...]
