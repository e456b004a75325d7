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
    "choices", "yesno", "person", "organization", "files", "code",
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
    carries: dict[str, str] = Field(default_factory=dict)


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
    clocks: dict[str, ClockSpec] = Field(default_factory=dict)
    documents: dict[str, DocumentSpec] = Field(default_factory=dict)
    notices: tuple[NoticeSpec, ...] = ()


class Tightening(Declared):
    """What a local pack may do to a national procedure, and nothing else: be stricter, add, rename."""

    tightens: str
    effective_from: date
    basis: tuple[str, ...]
    titles: dict[str, Words] = Field(default_factory=dict)
    targets: dict[str, PeriodText] = Field(default_factory=dict)
    approvals: dict[str, tuple[ApprovalSpec, ...]] = Field(default_factory=dict)
    fields: dict[str, FieldSpec] = Field(default_factory=dict)
    form: dict[str, tuple[str, ...]] = Field(default_factory=dict)
