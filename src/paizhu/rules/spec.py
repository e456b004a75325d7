"""Every shape that can be declared in a pack: law, calendar, procedure, local pack.

The shapes are closed: an unknown key is an error. What a key means stands beside it; what must hold
between keys is checked in `rules.check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

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

    @model_validator(mode="before")
    @classmethod
    def _know_the_keys(cls, raw: Any) -> Any:
        if isinstance(raw, Mapping):
            allowed = tuple(field.alias or name for name, field in cls.model_fields.items())
            unknown = tuple(str(key) for key in raw if key not in allowed)
            if unknown:
                raise PydanticCustomError(
                    "unknown_key", "unknown key", {"keys": unknown, "allowed": allowed}
                )
        return raw


def _both_said(text: Text) -> Text:
    if not text.zh.strip() or not text.en.strip():
        raise PydanticCustomError("half_text", "a text needs both languages")
    return text


#: A text for a reader; neither language may be empty.
Words = Annotated[Text, AfterValidator(_both_said)]


def _period(raw: object) -> Period:
    try:
        return raw if isinstance(raw, Period) else Period.parse(raw)
    except ValueError:
        raise PydanticCustomError("period", "not a period", {"given": str(raw)}) from None


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
    says: Words | None = None
    verified: Verified | None = None
    note: Words | None = None


class InForce(Declared):
    """From which day, and until which day inclusive; an open end is left out."""

    since: date | None = None
    until: date | None = None


class LegalExtension(Declared):
    """How often and by how much a legal limit may be prolonged, and who approves."""

    by: PeriodText | None = None
    times: int | None = None
    approved_by: Words


class LegalLimit(Declared):
    """One time limit within a legal clock."""

    limit: Annotated[Dated[PeriodText] | None, Field(default=None)]
    title: Words | None = None


class LegalClock(Declared):
    """A time limit set by law, as a row of the fact sheet (`C-040`), independent of any procedure.

    Exactly one of `limit`, `phases`, `no_number` is given. `no_number` says why there is no figure:
    `promptly` (及时), `periodically` (定期), `set_locally`, `field` (written in the document itself),
    `none_in_text`, `until_end`.
    """

    title: Words
    provision: str
    starts: Words
    must: Words
    limit: Dated[PeriodText] | None = None
    phases: dict[str, LegalLimit] = {}
    no_number: (
        Literal["promptly", "periodically", "set_locally", "field", "none_in_text", "until_end"]
        | None
    ) = None
    direction: Literal["after", "before"] = "after"
    extension: LegalExtension | None = None
    actor: Words
    in_force: InForce = InForce()
    confidence: Dated[Confidence]
    #: Limits on liberty end on their day, holiday or not (刑事诉讼法 第一百零五条).
    roll: bool = True
    note: Words | None = None


class EffectPeriod(Declared):
    """How long a measure bears on a post (影响期, 处分期), as a row of the fact sheet (`E-01`)."""

    title: Words
    provision: str
    effect: Words
    period: Dated[PeriodText] | None = None
    phases: dict[str, LegalLimit] = {}
    in_force: InForce = InForce()
    confidence: Dated[Confidence]
    note: Words | None = None


class Instrument(Declared):
    """A law, party rule, regulation or local rule with its versions and what we cite of it."""

    instrument: str
    title: Words
    short: Words | None = None
    issuer: Words | None = None
    rank: Literal["law", "party-rule", "regulation", "standard", "local", "internal"]
    #: The days on which a version took effect.
    versions: Annotated[tuple[date, ...], Field(min_length=1)]
    #: Set when the whole instrument is gone: last day in force.
    repealed: date | None = None
    confidence: Confidence = "T"
    source: str | None = None
    provisions: dict[str, Provision] = {}
    clocks: dict[str, LegalClock] = {}
    effects: dict[str, EffectPeriod] = {}
    note: Words | None = None


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


def _form_of(raw: Any) -> str:
    """Tell the form by its key, so that a mistake is reported for the form that was meant."""
    keys = raw if isinstance(raw, Mapping) else {type(raw).__name__: None}
    for tag, key in (("FieldIn", "in"), ("AllOf", "all"), ("AnyOf", "any")):
        if key in keys or tag in keys:
            return tag
    return "FieldIs"


Condition = Annotated[
    Annotated[FieldIs, Tag("FieldIs")]
    | Annotated[FieldIn, Tag("FieldIn")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")],
    Discriminator(_form_of),
]


# --- procedures ---------------------------------------------------------------------------------


class Role(Declared):
    """What a person is to a matter: through a post in a body that has a part, or a seat."""

    title: Words
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
    title: Words
    help: Words | None = None
    options: dict[str, Words] = {}
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

    title: Words
    final: bool = False


class Target(Declared):
    """A stage an action leads to when the condition holds."""

    stage: str
    when: Condition


class Refusal(Declared):
    """What must not be entered, the article that says so, and what to do instead."""

    when: Condition
    basis: str
    say: Words


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

    title: Words
    help: Words | None = None
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

    title: Words
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

    title: Words
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
    title: Words
    summary: Words | None = None
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
    titles: dict[str, Words] = {}
    targets: dict[str, PeriodText] = {}
    approvals: dict[str, tuple[ApprovalSpec, ...]] = {}
    fields: dict[str, FieldSpec] = {}
    form: dict[str, tuple[str, ...]] = {}


# --- calendars and packs ------------------------------------------------------------------------


class CalendarYear(Declared):
    """One published year: days off that are not Saturday or Sunday by nature, and make-up days."""

    source: str
    off: dict[date, Words]
    work: dict[date, Words] = {}


class CalendarFile(Declared):
    """Working days of a country. A year that is not here is not published: dates are provisional."""

    calendar: str
    title: Words
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
    title: Words
    version: str
    licence: str
    needs: tuple[str, ...] = ()
    counting: CountingSpec = CountingSpec()


# --- scenarios ----------------------------------------------------------------------------------

#: `date` by a name that a field may shadow.
Day = date
#: What a step fills in; read by `rules.forms` like any other input.
Raw = dict[str, Any]


class DoesStep(Declared):
    """Someone takes an action. `by` is a role, or `role:2` for its second holder."""

    date: date
    by: str
    does: str
    with_: Raw = Field(default={}, alias="with")


class ApprovesStep(Declared):
    """Someone signs what waits."""

    date: date
    by: str
    approves: str


class ReturnsStep(Declared):
    """Someone who should sign gives it back, with reasons."""

    date: date
    by: str
    returns: str
    with_: Raw = Field(default={}, alias="with")


class WithdrawsStep(Declared):
    """The proposer takes the proposal back."""

    date: date
    by: str
    withdraws: str


class RecusesStep(Declared):
    """Whoever holds the role is recused: the post's holder or the seat's."""

    date: date
    recuses: str
    reasons: str = ""


class Expectation(Declared):
    """What must be so now; only what is written is compared."""

    stage: str | None = None
    due: dict[str, date] = {}
    met: Annotated[tuple[str, ...] | None, Many] = None
    missed: Annotated[tuple[str, ...] | None, Many] = None
    late: Annotated[tuple[str, ...] | None, Many] = None
    #: Roles whose signature is next.
    waiting_for: Annotated[tuple[str, ...] | None, Many] = None
    number: str | None = None
    #: How many people sit in each assignment role.
    seats: dict[str, int] = {}
    #: Roles whose signature nobody may give.
    stuck: Annotated[tuple[str, ...] | None, Many] = None


class ExpectStep(Declared):
    """Compare the matter with what was written down before the run."""

    expect: Expectation


class Attempt(Declared):
    """Something that must be refused: an action, or the signature of one."""

    #: The day of the step before when left out.
    date: Day | None = None
    by: str
    action: str | None = None
    approves: str | None = None
    with_: Raw = Field(default={}, alias="with")
    #: Words that stand in the reason, in either language.
    reason: str | None = None
    #: The provision that the refusal names.
    basis: str | None = None


class ExpectRefusedStep(Declared):
    """Try what a rule forbids; it must be refused, and nothing stored."""

    expect_refused: Attempt


_STEP_OF = {
    "does": DoesStep,
    "approves": ApprovesStep,
    "returns": ReturnsStep,
    "withdraws": WithdrawsStep,
    "recuses": RecusesStep,
    "expect": ExpectStep,
    "expect_refused": ExpectRefusedStep,
}
STEP_KEYS = tuple(_STEP_OF)


def _step_of(raw: Any) -> str | None:
    """Tell the step by its verb."""
    if not isinstance(raw, Mapping):
        return type(raw).__name__
    return next((shape.__name__ for key, shape in _STEP_OF.items() if key in raw), None)


Step = Annotated[
    Annotated[DoesStep, Tag("DoesStep")]
    | Annotated[ApprovesStep, Tag("ApprovesStep")]
    | Annotated[ReturnsStep, Tag("ReturnsStep")]
    | Annotated[WithdrawsStep, Tag("WithdrawsStep")]
    | Annotated[RecusesStep, Tag("RecusesStep")]
    | Annotated[ExpectStep, Tag("ExpectStep")]
    | Annotated[ExpectRefusedStep, Tag("ExpectRefusedStep")],
    Discriminator(_step_of),
]


class Scenario(Declared):
    """A lawyer's test of a procedure; its version is the one in force on the first day."""

    scenario: str
    procedure: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]


for _shape in (AllOf, AnyOf, FieldSpec, ActionSpec, ClockSpec, Procedure, Tightening):
    _shape.model_rebuild()
