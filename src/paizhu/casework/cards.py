"""What leaves casework: frozen cards, already restricted and masked. No model object among them.

Templates, the API and the command line read these and nothing else. Words are `Text` (both
languages); the outlet chooses. A field above the reader's level is not in the card at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from paizhu.kernel.text import Text

T = TypeVar("T")
#: A calendar day, where a field called `date` would hide the type from whoever reads the shapes.
Day: TypeAlias = date
ClockStatus = Literal["running", "paused", "met", "missed", "late", "void"]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `total` counts only what the reader may know of."""

    rows: tuple[T, ...]
    total: int
    number: int
    size: int
    #: There are more than `total`: so far it was counted.
    more: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class ClockChip:
    """A time limit at a glance. `days_left` is in `working_days` or natural days, negative when late."""

    ref: str
    clock: str
    run: int
    title: Text
    status: ClockStatus
    due_date: date | None
    target_date: date | None
    provisional: bool
    days_left: int | None
    #: S and M+ are shown with their mark; T shows none.
    confidence: str
    matter_title: Text | None = None
    working_days: bool = False


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One line of an explanation: what, the words, and what it rests on."""

    label: Text
    text: Text


@dataclass(frozen=True, slots=True)
class SkippedDay:
    date: Day
    why: Text


@dataclass(frozen=True, slots=True)
class WhyDate:
    """Why a clock is due on its day: rule, article, version, calendar, pauses, days skipped."""

    clock: ClockChip
    lines: tuple[WhyLine, ...]
    skipped: tuple[SkippedDay, ...]


@dataclass(frozen=True, slots=True)
class MatterRow:
    ref: str
    procedure: str
    procedure_title: Text
    stage: str
    stage_title: Text
    final: bool
    body: Text
    opened_date: date
    #: Fields marked `listed`, in declared order: title and value as shown in each language.
    listed: tuple[WhyLine, ...]
    next_clock: ClockChip | None
    waiting_for_me: bool
    version: int


@dataclass(frozen=True, slots=True)
class StageStep:
    stage: str
    title: Text
    #: `next` has not been reached before; what has stays `past`.
    state: Literal["past", "current", "next", "ahead"]
    final: bool
    #: Some action leads there from where the matter stands.
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class FieldCard:
    field: str
    title: Text
    type: str
    shown: Text
    level: str
    #: A `lines` field as a table: titles of its columns, and its rows.
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    #: What the pack says the field is, and the actions that ask for it.
    help: Text | None = None
    asked_by: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    title: Text


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of a `lines` field as a form asks for it."""

    value: str
    title: Text
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as an action asks for it; the web draws one widget per `type`."""

    field: str
    title: Text
    help: Text | None
    type: str
    required: bool
    options: tuple[Option, ...]
    max: int | None
    min: int | None
    level: str
    #: Columns of a `lines` field; `options` are then the bodies a column may name.
    columns: tuple[FormColumn, ...] = ()
    #: Shown only when this holds: `{"field": …, "in": […]}` pairs, all of them; () = always.
    shown_when: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureCard:
    role: Text
    basis: Text | None
    #: None while the signature is missing.
    signed_by: Text | None
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ActionCard:
    """An action in this stage: what I may do, or why I may not."""

    action: str
    title: Text
    help: Text | None
    allowed: bool
    #: Why not, naming the rule; None when allowed.
    reason: Text | None
    form: tuple[FormField, ...]
    approvals: tuple[SignatureCard, ...]
    #: What follows: stage it leads to, clocks it starts or stops.
    consequences: tuple[Text, ...]
    #: The articles it rests on, with version and how surely they were read.
    basis: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ProposalCard:
    """An action somebody proposed that waits for signatures."""

    proposal: int
    action: str
    title: Text
    proposed_by: Text
    proposed_at: datetime
    fields: tuple[FieldCard, ...]
    signatures: tuple[SignatureCard, ...]
    may_approve: bool
    #: Why I may not sign it; None when I may.
    reason: Text | None
    may_withdraw: bool
    consequences: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TimelineLine:
    version: int
    at: datetime
    #: The day it counts for, when that is not the day of `at`.
    day: date | None
    who: Text
    sentence: Text
    details: tuple[FieldCard, ...]
    #: e.g. the text of a note the reader may see.
    text: str
    #: The other matter, where the line is about one; the reader may know of it.
    ref: str = ""


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """Who may know of the matter, and through what."""

    who: Text
    role: Text
    through: Text
    level: str
    #: When it ends: emergency access, or a part that a body has for a time.
    until: datetime | None = None
    #: They read exactly the fields named for their part.
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class LinkCard:
    ref: str
    #: parent, child or related.
    kind: str
    relation: Text
    #: None when the reader may not know of the other matter; then the link itself is left out.
    title: Text


@dataclass(frozen=True, slots=True)
class ChildCard:
    """A matter opened from here that the reader may know of, and whether it is still waited for."""

    row: MatterRow
    status: Literal["open", "closed", "excused"]

    @property
    def is_late(self) -> bool:
        clock = self.row.next_clock
        return self.status == "open" and clock is not None and clock.status == "late"


@dataclass(frozen=True, slots=True)
class HandOverStep:
    """One step of a hand-over: offered, accepted, given back with reasons, recalled, expired."""

    title: Text
    who: Text
    at: datetime
    #: Digest of exactly what was accepted; empty for other steps.
    received: str
    details: tuple[FieldCard, ...]


@dataclass(frozen=True, slots=True)
class HandOverCard:
    """The receipt of the last hand-over, the same for both sides as far as each may read."""

    state: str
    say: Text
    receiver: Text
    digest: str
    #: False when something sent was corrected since: it must be recalled and offered again.
    is_whole: bool
    sent: tuple[FieldCard, ...]
    steps: tuple[HandOverStep, ...]


@dataclass(frozen=True, slots=True)
class StuckCard:
    """An approval that nobody may give, and who can appoint a substitute."""

    action: Text
    role: Text
    appointers: tuple[Text, ...]
    may_appoint: bool


@dataclass(frozen=True, slots=True)
class MatterCard:
    ref: str
    version: int
    procedure: str
    procedure_title: Text
    procedure_version: date
    stage: str
    stage_title: Text
    final: bool
    body: Text
    opened_date: date
    #: Level up to which this reader reads: normal, content or identity.
    level: str
    stages: tuple[StageStep, ...]
    fields: tuple[FieldCard, ...]
    actions: tuple[ActionCard, ...]
    proposals: tuple[ProposalCard, ...]
    clocks: tuple[ClockChip, ...]
    timeline: tuple[TimelineLine, ...]
    readers: tuple[ReaderCard, ...]
    seats: tuple[WhyLine, ...]
    links: tuple[LinkCard, ...]
    stuck: tuple[StuckCard, ...]
    #: Standing verbs open to me: assign, recuse, note, attach, correct, substitute.
    may: frozenset[str]
    #: (person key, name) pairs I may assign or appoint, by role.
    candidates: tuple[tuple[str, Text, tuple[Option, ...]], ...] = ()
    #: Matters opened from here that the reader may know of, what is late first.
    children: tuple[ChildCard, ...] = ()
    hand_over: HandOverCard | None = None
    #: Set when the reader reads by emergency access alone, until then.
    emergency_until: datetime | None = None
    #: The reader sees only the fields named for their part.
    is_limited: bool = False


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Something that waits for me: a signature, a first action, an answer."""

    ref: str
    kind: Literal["approve", "act", "appoint", "returned"]
    proposal: int | None
    what: Text
    procedure_title: Text
    #: Who proposed it; None when nobody did.
    who: Text | None
    since: date
    next_clock: ClockChip | None


@dataclass(frozen=True, slots=True)
class OpenableProcedure:
    procedure: str
    action: str
    title: Text
    summary: Text | None
    bodies: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    ref: str
    text: Text
    at: datetime
    read: bool
    procedure_title: Text


@dataclass(frozen=True, slots=True)
class DeskCard:
    waiting: tuple[WaitingRow, ...]
    late: tuple[ClockChip, ...]
    due_soon: tuple[ClockChip, ...]
    running: int
    notices: tuple[NoticeRow, ...]
    openable: tuple[OpenableProcedure, ...]
    counts: tuple[tuple[str, Text, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """How a list is narrowed; empty means all I may know of."""

    procedure: str = ""
    stage: str = ""
    body: str = ""
    state: Literal["", "open", "closed", "late", "waiting"] = ""
    query: str = ""
    order: Literal["newest", "due", "oldest"] = "newest"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the door answers when something was stored."""

    ref: str
    version: int
    seq: int
    #: Set when the act waits for signatures instead of taking effect.
    proposal: int | None = None
    opened: tuple[str, ...] = ()
