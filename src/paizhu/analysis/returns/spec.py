"""The shape of a return: rows, columns, counting rules, readers. Closed: an unknown key is an error."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from paizhu.rules.spec import Condition, Declared, Many, PartName, Words

ViewName = Literal["matters", "steps", "clocks", "parts", "children", "activities"]
Cadence = Literal["month", "quarter", "half-year", "year"]
#: How a row stands. Of matters: open, closed; of clocks: running, late, kept, missed; of children:
#: open, closed, excused.
Standing = Literal["open", "closed", "excused", "running", "late", "kept", "missed"]


class Tally(Declared):
    """A counting rule: which rows of a ledger view are counted, and for which period.

    `open`, `running` and `late` are counted as they stand at the end of the period; everything
    else falls to the period that its day lies in.
    """

    view: ViewName
    procedure: Annotated[tuple[str, ...], Many]
    #: steps, activities: only these actions.
    action: Annotated[tuple[str, ...], Many] = ()
    #: matters: only those that stand in one of these stages at the end of the period.
    stage: Annotated[tuple[str, ...], Many] = ()
    #: clocks: only these.
    clock: Annotated[tuple[str, ...], Many] = ()
    #: parts: only these; activities: only these kinds of entry.
    part: Annotated[tuple[str, ...], Many] = ()
    kind: Annotated[tuple[str, ...], Many] = ()
    stands: Standing | None = None
    #: `opened`, `closed`, `done`, `started`, `due`, `stopped`, or the name of a date field.
    day: str | None = None
    where: Condition | None = None
    #: Count each value of this field once: a person sanctioned twice is one person.
    each: str | None = None
    #: The part through which a matter belongs to a body; the holder when left out.
    through: PartName = "holder"


class Share(Declared):
    """The matters of one count that another counts as well, as a percentage with its interval."""

    of: str
    among: str


class Median(Declared):
    """The median number of natural days between two days of the matters of a count."""

    count: str
    from_: str = Field(default="opened", alias="from")
    to: str = "closed"


class Line(Declared):
    """A row or a column. One of the two says the figure, both may narrow it."""

    title: Words | None = None
    #: Names of counting rules, or what is figured from them.
    count: str | None = None
    share: Share | None = None
    median: Median | None = None
    #: Of 100 public posts in the supervised units, as the registry has them.
    per_hundred_posts: str | None = None
    #: Why there is no figure: what is not recorded is said, not guessed.
    not_recorded: Words | None = None
    where: Condition | None = None
    #: The days counted: the period itself, its year up to its end, or all up to its end.
    over: Literal["period", "year", "ever"] | None = None
    #: One line for each option of a field, `procedure.field`; for each team, in the order of bodies;
    #: for each of the last years.
    options_of: str | None = None
    each: Literal["body", "year"] | None = None
    years: int = Field(default=5, ge=1, le=20)

    @model_validator(mode="after")
    def _has_a_title(self) -> Line:
        if self.title is None and not (self.options_of or self.each):
            raise PydanticCustomError("missing", "a line needs a title")
        return self

    @property
    def figures(self) -> tuple[str, ...]:
        """Give the kinds of figure this line says; at most one is right."""
        kinds = ("count", "share", "median", "per_hundred_posts", "not_recorded")
        return tuple(kind for kind in kinds if getattr(self, kind) is not None)


class Readership(Declared):
    """Who reads the figures: posts of the body itself, of the body that sends it, or of its offices."""

    at: Literal["own", "superior", "office"]
    posts: Annotated[tuple[str, ...], Many]
    #: Whether small numbers about persons are shown; `few` withholds 1 and 2.
    shows: Literal["all", "few"] = "few"


class Asking(Declared):
    """Two figures of one body that do not fit each other: a question to the body, never a score."""

    #: Names of counting rules.
    many: str
    few: str
    #: Asked when `many` is at least this …
    at_least: int = Field(ge=1)
    #: … and more than this many times `few`.
    times: int = Field(ge=2)
    #: The words may say {many} and {few}.
    asks: Words


class Return(Declared):
    """A table that a body owes at a cadence, made from the ledger alone."""

    return_: str = Field(alias="return", pattern=r"^[a-z][a-z0-9_]{2,62}$")
    title: Words
    period: Cadence
    #: Kinds of bodies it is made for; for an organ it counts all teams it sends, and its offices.
    of: Annotated[tuple[Literal["team", "organ"], ...], Many]
    readers: tuple[Readership, ...] = Field(min_length=1)
    #: Figures about persons: small numbers are withheld from readers who are not entitled.
    about_persons: bool = False
    counts: dict[str, Tally] = Field(min_length=1)
    rows: dict[str, Line] = Field(min_length=1)
    columns: dict[str, Line] = Field(min_length=1)
    #: Counting rules whose records are listed under the table, as far as the reader may open them.
    ledger: Annotated[tuple[str, ...], Many] = ()
    asks: dict[str, Asking] = Field(default_factory=dict)
    notes: tuple[Words, ...] = ()
