"""The shapes of a procedure file and of a local pack's tightening."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from paizhu.rules.spec.conditions import Condition
from paizhu.rules.spec.declared import Dated, Declared, Many, PeriodText, Words

Level = Literal["normal", "content", "identity"]
#: The part a body takes in a matter; `superior` is the body that sends the holder.
PartName = Literal["holder", "lead", "member", "respondent", "adviser", "recipient", "superior"]
FieldTypeName = Literal[
    "text", "longtext", "number", "money", "date", "choice",
    "choices", "yesno", "person", "organization", "organizations", "lines", "files", "code",
]  # fmt: skip
NoticeEvent = Literal[
    "opened", "proposed", "approved", "returned", "assigned", "enacted", "closed",
    "clock_warned", "clock_missed", "stuck",
]  # fmt: skip

LEVELS: tuple[Level, ...] = ("normal", "content", "identity")


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
    #: Roles that read exactly these fields, whatever their level: a partner's limited view.
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class May(Declared):
    """The standing verbs, and the roles that have them. `substitute` appoints who signs instead."""

    assign: tuple[str, ...] = ()
    recuse: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    correct: tuple[str, ...] = ()
    substitute: tuple[str, ...] = ()
    #: Two different persons of these roles together remove the content of a closed matter.
    remove: tuple[str, ...] = ()


class Column(Declared):
    """A column of a `lines` field: who does what until when, one line each."""

    type: Literal["text", "date", "organization"]
    title: Words
    required: bool = True


class FieldSpec(Declared):
    """A field, declared once and used by many actions."""

    type: FieldTypeName
    title: Words
    help: Words | None = None
    options: dict[str, Words] = Field(default_factory=dict)
    required: bool = False
    listed: bool = False
    level: Level = "normal"
    when: Condition | None = None
    #: The person named here never handles or sees the matter.
    recuses: bool = False
    #: The body named here takes this part in the matter.
    part: PartName | None = None
    #: The date field that says until which day the body has its part; open when left out.
    part_until: str | None = None
    #: The body named here leaves this part.
    ends_part: PartName | None = None
    #: Columns of a `lines` field.
    columns: dict[str, Column] = Field(default_factory=dict)
    #: text, longtext, code: characters; number, money: value.
    max: int | None = None
    min: int | None = None


class Stage(Declared):
    """Where a matter stands."""

    title: Words
    final: bool = False
    #: Nobody is waited for here: the rule or an agreed day ends it, a person only earlier.
    rests: bool = False


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
    """A linked matter that an action opens; `carries` is field there: field here.

    With `for_each` one matter is opened for each body of an `organizations` field, held by that
    body, or for each line of a `lines` field, whose columns are carried as `field.column`.
    """

    procedure: str
    when: Condition | None = None
    carries: dict[str, str] = Field(default_factory=dict)
    for_each: str | None = None
    #: The part whose body holds the new matter; the holder of this one when left out.
    held_by: PartName | None = None
    #: The part that the holder of this matter takes in the new one.
    holder_as: PartName | None = None
    #: Whoever acted or signed here has no part in the new matter (监督执纪工作规则 第五十九条).
    keeps_out: bool = False


class Grants(Declared):
    """Emergency access: who opened this reads the matter named in a field, for some hours."""

    matter: str
    hours: int = Field(ge=1, le=4)


class HandOver(Declared):
    """The one shape of handing over: offered, then accepted, returned, recalled or expired.

    Names actions of the procedure. What `sends` names is what goes; its digest is the receipt.
    """

    to: PartName = "recipient"
    offer: str
    accept: str
    give_back: str
    recall: str
    expire: str
    done: str | None = None
    answer: str
    sends: tuple[str, ...]
    #: The field that names the legal basis or consent; required before anything is offered.
    basis: str


class ActionSpec(Declared):
    """A step someone may take."""

    title: Words
    help: Words | None = None
    opens: bool = False
    #: An opening action that the page for a phone offers first.
    on_the_spot: bool = False
    from_: Annotated[tuple[str, ...], Many] = Field(default=(), alias="from")
    to: str | tuple[Target, ...] | None = None
    #: Empty for what only a missed clock takes, or only another matter or a duty opens.
    by: Annotated[tuple[str, ...], Many]
    form: tuple[str, ...] = ()
    when: Condition | None = None
    refuses: tuple[Refusal, ...] = ()
    approvals: tuple[ApprovalSpec, ...] = ()
    #: The assignment role whose seats this action fills.
    assigns: str | None = None
    issues: Annotated[tuple[str, ...], Many] = ()
    opens_matter: Annotated[tuple[OpensMatter, ...], Many] = ()
    #: Whoever took or signed one of these actions may neither take nor sign this one.
    separate_from: Annotated[tuple[str, ...], Many] = ()
    #: May be taken only when every matter opened from here is closed or excused.
    after_children: bool = False
    #: The field that names a matter opened from here which need not be waited for.
    excuses: str | None = None
    grants: Grants | None = None


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
    legal clock `limit` may be left out and is the law's own. Where no rule has a number, `due` names
    the date field that holds the day agreed or ordered; whoever changes that field moves the day.
    """

    title: Words
    basis: str
    limit: Dated[PeriodText] | None = None
    #: The date field that holds the day it is due, in place of `limit`.
    due: str | None = None
    target: PeriodText | None = None
    starts: Annotated[tuple[str, ...], Many]
    stops: Annotated[tuple[str, ...], Many]
    counted_from: str | None = None
    when: Condition | None = None
    pauses: tuple[Pause, ...] = ()
    extension: Extension | None = None
    warn: tuple[PeriodText, ...] = ()
    roll: bool = True
    #: The action taken by rule on the day after the due day, when it still runs.
    on_missed: str | None = None


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
    clocks: dict[str, ClockSpec] = Field(default_factory=dict)
    documents: dict[str, DocumentSpec] = Field(default_factory=dict)
    notices: tuple[NoticeSpec, ...] = ()
    hand_over: HandOver | None = None


class Tightening(Declared):
    """What a local pack may do to a national procedure, and nothing else: be stricter, add, rename."""

    tightens: str
    effective_from: date
    basis: tuple[str, ...]
    #: Nobody here opens a new matter of it; those there are go on to their end.
    closes: bool = False
    titles: dict[str, Words] = Field(default_factory=dict)
    targets: dict[str, PeriodText] = Field(default_factory=dict)
    approvals: dict[str, tuple[ApprovalSpec, ...]] = Field(default_factory=dict)
    fields: dict[str, FieldSpec] = Field(default_factory=dict)
    form: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Duty(Declared):
    """A recurring duty: a matter opened ahead of each period, in every body of a kind."""

    duty: str
    title: Words
    basis: str
    procedure: str
    action: str | None = None
    cadence: Literal["month", "quarter", "half-year", "year"]
    #: How long before the period ends the matter is opened.
    ahead: PeriodText
    since: date
    until: date | None = None
    #: The kind of body that owes it.
    bodies: Literal["organ", "office", "team", "unit"]
    #: What the opening form is filled with; `{period}` (2026H1), `{period_zh}`, `{period_en}`, `{starts}`, `{ends}` are replaced.
    fills: dict[str, str] = Field(default_factory=dict)
