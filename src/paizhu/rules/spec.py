"""Every shape that can be declared in a pack: law, calendar, procedure, local pack.

The shapes are closed: an unknown key is an error. What a key means stands beside it; what must hold
between keys is checked in `rules.check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from paizhu.kernel.periods import Period
from paizhu.kernel.text import Text

T = TypeVar("T")

#: T read in the text, T* read in part, S secondary, L local, M+ / M- remembered
#: (the codes of the fact sheet the packs were written from).
Confidence = Literal["T", "T*", "S", "L", "M+", "M-"]
Level = Literal["normal", "content", "identity"]
#: The part a body takes in a matter; `superior` is the body that sends the holder.
PartName = Literal["holder", "lead", "member", "respondent", "adviser", "recipient", "superior"]
FieldTypeName = Literal[
    "text", "longtext", "number", "money", "date", "choice",
    "choices", "yesno", "person", "organization", "files", "code",
]  # fmt: skip
NoticeEvent = Literal[
    "opened", "proposed", "approved", "returned", "assigned", "enacted", "closed",
    "clock_warned", "clock_missed", "stuck",
]  # fmt: skip

LEVELS: tuple[Level, ...] = ("normal", "content", "identity")


class Declared(BaseModel):
    """A shape that stands in a pack file."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _period(raw: object) -> Period:
    if isinstance(raw, Period):
        return raw
    return Period.parse(raw)


#: Written as `5 working days`, `1 month`, `24 hours`.
PeriodText = Annotated[Period, PlainValidator(_period)]


def _one_or_many(raw: object) -> object:
    """Let a file write one item where a list is meant."""
    return raw if isinstance(raw, list | tuple) or raw is None else [raw]


Many = BeforeValidator(_one_or_many)


class Dated(BaseModel, Generic[T]):
    """A value with the days from which it applied; a bare value has always applied."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    values: tuple[tuple[date | None, T], ...]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, raw: Any) -> Any:
        if isinstance(raw, Dated) or (isinstance(raw, Mapping) and set(raw) == {"values"}):
            return raw
        if isinstance(raw, Mapping) and raw and all(isinstance(key, date) for key in raw):
            return {"values": tuple(sorted(raw.items()))}
        return {"values": ((None, raw),)}

    def at(self, day: date) -> T | None:
        """Give the value in force on `day`, or None when none was yet in force."""
        found: T | None = None
        for since, value in self.values:
            if since is None or since <= day:
                found = value
        return found

    def version_at(self, day: date) -> date | None:
        """Give the day from which the value in force on `day` applies."""
        return max((s for s, _ in self.values if s is not None and s <= day), default=None)


# --- law --------------------------------------------------------------------------------------


class Verified(Declared):
    """Who held the provision against which copy of the text, and when."""

    by: str
    date: date
    against: str


class Provision(Declared):
    """An article of a dated instrument, with how surely it was read."""

    cites: Dated[str]
    confidence: Dated[Confidence]
    says: Text | None = None
    verified: Verified | None = None
    note: Text | None = None


class InForce(Declared):
    """From which day, and until which day inclusive; an open end is left out."""

    since: date | None = None
    until: date | None = None


class LegalExtension(Declared):
    """How often and by how much a legal limit may be prolonged, and who approves."""

    by: PeriodText | None = None
    times: int | None = None
    approved_by: Text


class LegalLimit(Declared):
    """One time limit within a legal clock."""

    limit: Annotated[Dated[PeriodText] | None, Field(default=None)]
    title: Text | None = None


class LegalClock(Declared):
    """A time limit set by law, as a row of the fact sheet (`C-040`), independent of any procedure.

    Exactly one of `limit`, `phases`, `no_number` is given. `no_number` says why there is no figure:
    `promptly` (及时), `periodically` (定期), `set_locally`, `field` (written in the document itself),
    `none_in_text`, `until_end`.
    """

    title: Text
    provision: str
    starts: Text
    must: Text
    limit: Dated[PeriodText] | None = None
    phases: dict[str, LegalLimit] = {}
    no_number: (
        Literal["promptly", "periodically", "set_locally", "field", "none_in_text", "until_end"] | None
    ) = None
    direction: Literal["after", "before"] = "after"
    extension: LegalExtension | None = None
    actor: Text
    in_force: InForce = InForce()
    confidence: Dated[Confidence]
    #: Limits on liberty end on their day, holiday or not (刑事诉讼法 第一百零五条).
    roll: bool = True
    note: Text | None = None


class EffectPeriod(Declared):
    """How long a measure bears on a post (影响期, 处分期), as a row of the fact sheet (`E-01`)."""

    title: Text
    provision: str
    effect: Text
    period: Dated[PeriodText] | None = None
    phases: dict[str, LegalLimit] = {}
    in_force: InForce = InForce()
    confidence: Dated[Confidence]
    note: Text | None = None


class Instrument(Declared):
    """A law, party rule, regulation or local rule with its versions and what we cite of it."""

    instrument: str
    title: Text
    short: Text | None = None
    issuer: Text | None = None
    rank: Literal["law", "party-rule", "regulation", "standard", "local", "internal"]
    #: The days on which a version took effect.
    versions: tuple[date, ...]
    #: Set when the whole instrument is gone: last day in force.
    repealed: date | None = None
    confidence: Confidence = "T"
    source: str | None = None
    provisions: dict[str, Provision] = {}
    clocks: dict[str, LegalClock] = {}
    effects: dict[str, EffectPeriod] = {}
    note: Text | None = None


# --- conditions: four forms, no fifth -----------------------------------------------------------


class FieldIs(Declared):
    """The field has this value."""

    field: str
    is_: str | bool | int = Field(alias="is")


class FieldIn(Declared):
    """The field has one of these values."""

    field: str
    in_: tuple[str | bool | int, ...] = Field(alias="in")


class AllOf(Declared):
    """Every one of these holds."""

    all: tuple[Condition, ...]


class AnyOf(Declared):
    """One of these holds."""

    any: tuple[Condition, ...]


Condition = FieldIs | FieldIn | AllOf | AnyOf


# --- procedures ---------------------------------------------------------------------------------


class Role(Declared):
    """What a person is to a matter: through a post in a body that has a part, or a seat."""

    title: Text
    held_by: Literal["post", "assignment"]
    at: PartName = "holder"
    #: Key of the standing post; the role's own name when left out.
    post: str | None = None
    #: How many seats an assignment must fill.
    at_least: int = 1


class Access(Declared):
    """Who may read what; a role missing from `normal` cannot learn that the matter exists."""

    normal: tuple[str, ...]
    content: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()


class May(Declared):
    """The standing verbs, and the roles that have them. `substitute` appoints who signs instead."""

    assign: tuple[str, ...] = ()
    recuse: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    correct: tuple[str, ...] = ()
    substitute: tuple[str, ...] = ()


class FieldSpec(Declared):
    """A field, declared once and used by many actions."""

    type: FieldTypeName
    title: Text
    help: Text | None = None
    options: dict[str, Text] = {}
    required: bool = False
    listed: bool = False
    level: Level = "normal"
    when: Condition | None = None
    #: The person named here never handles or sees the matter.
    recuses: bool = False
    #: The body named here takes this part in the matter.
    part: PartName | None = None
    #: text, longtext, code: characters; number, money: value.
    max: int | None = None
    min: int | None = None


class Stage(Declared):
    """Where a matter stands."""

    title: Text
    final: bool = False


class Target(Declared):
    """A stage an action leads to when the condition holds."""

    stage: str
    when: Condition


class Refusal(Declared):
    """What must not be entered, the article that says so, and what to do instead."""

    when: Condition
    basis: str
    say: Text


class ApprovalSpec(Declared):
    """A signature an action needs before it takes effect."""

    by: str
    basis: str | None = None
    when: Condition | None = None


class OpensMatter(Declared):
    """A linked matter that an action opens; `carries` is field there: field here."""

    procedure: str
    when: Condition | None = None
    carries: dict[str, str] = {}


class ActionSpec(Declared):
    """A step someone may take."""

    title: Text
    help: Text | None = None
    opens: bool = False
    from_: Annotated[tuple[str, ...], Many] = Field(default=(), alias="from")
    to: str | tuple[Target, ...] | None = None
    by: Annotated[tuple[str, ...], Many]
    form: tuple[str, ...] = ()
    when: Condition | None = None
    refuses: tuple[Refusal, ...] = ()
    approvals: tuple[ApprovalSpec, ...] = ()
    #: The assignment role whose seats this action fills.
    assigns: str | None = None
    issues: Annotated[tuple[str, ...], Many] = ()
    opens_matter: Annotated[tuple[OpensMatter, ...], Many] = ()


class Pause(Declared):
    """Two marks between which a clock does not run, and the rule that allows it."""

    from_: str = Field(alias="from")
    until: str
    basis: str


class Extension(Declared):
    """The action that prolongs a clock, by how much, and how often."""

    action: str
    by: PeriodText
    times: int = 1


class ClockSpec(Declared):
    """A time limit. A mark is `action` (it took effect) or `action.proposed`.

    `basis` is a provision (`instrument/slug`) or a legal clock (`C-040`, `C-112.decide`); with a
    legal clock `limit` may be left out and is the law's own.
    """

    title: Text
    basis: str
    limit: Dated[PeriodText] | None = None
    target: PeriodText | None = None
    starts: Annotated[tuple[str, ...], Many]
    stops: Annotated[tuple[str, ...], Many]
    counted_from: str | None = None
    when: Condition | None = None
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    warn: tuple[PeriodText, ...] = ()
    roll: bool = True


class DocumentSpec(Declared):
    """What a step issues."""

    title: Text
    template: str | None = None
    number: str | None = None
    level: Level = "normal"


class NoticeSpec(Declared):
    """Who is told of which event; the text is fixed by kind and never holds content."""

    event: NoticeEvent
    to: tuple[str, ...]
    action: str | None = None


class Procedure(Declared):
    """A declared way to handle one kind of matter; a version is the day it takes effect."""

    procedure: str
    effective_from: date
    #: Set on a file that mends a mistake in the version of that day.
    corrects: date | None = None
    title: Text
    summary: Text | None = None
    basis: tuple[str, ...]
    calendar: str
    #: Placeholders: {body} {year} {serial}; a serial runs per body and year.
    number: str
    roles: dict[str, Role]
    access: Access
    may: May = May()
    fields: dict[str, FieldSpec]
    stages: dict[str, Stage]
    actions: dict[str, ActionSpec]
    clocks: dict[str, ClockSpec] = {}
    documents: dict[str, DocumentSpec] = {}
    notices: tuple[NoticeSpec, ...] = ()


class Tightening(Declared):
    """What a local pack may do to a national procedure, and nothing else: be stricter, add, rename."""

    tightens: str
    effective_from: date
    basis: tuple[str, ...]
    titles: dict[str, Text] = {}
    targets: dict[str, PeriodText] = {}
    approvals: dict[str, tuple[ApprovalSpec, ...]] = {}
    fields: dict[str, FieldSpec] = {}
    form: dict[str, tuple[str, ...]] = {}


# --- calendars and packs ------------------------------------------------------------------------


class CalendarYear(Declared):
    """One published year: days off that are not Saturday or Sunday by nature, and make-up days."""

    source: str
    off: dict[date, Text]
    work: dict[date, Text] = {}


class CalendarFile(Declared):
    """Working days of a country. A year that is not here is not published: dates are provisional."""

    calendar: str
    title: Text
    weekend: tuple[int, ...] = (6, 7)
    years: dict[int, CalendarYear]


class CountingSpec(Declared):
    """How days are counted where the rules are silent; each is a parameter of the pack."""

    basis: str | None = None
    start_day: Literal["excluded", "included"] = "excluded"
    roll: bool = True
    month_end: Literal["last_day"] = "last_day"


class Pack(Declared):
    """A folder of declarations that is used, reviewed and dated as one."""

    pack: str
    title: Text
    version: str
    licence: str
    needs: tuple[str, ...] = ()
    counting: CountingSpec = CountingSpec()


for _shape in (AllOf, AnyOf, FieldSpec, ActionSpec, ClockSpec, Procedure, Tightening):
    _shape.model_rebuild()
