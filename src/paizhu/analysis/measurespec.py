"""The shape of a declared measure and of its cases. Closed: an unknown key is an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from paizhu.analysis.declared import Shape
from paizhu.kernel.text import Text
from paizhu.rules.spec import Confidence, Dated

#: `brief` is the sentence cut to 200 signs; `rows` names the rows so that the unit finds them.
Filling = Literal[
    "title", "sentence", "brief", "asks", "body", "subject", "value", "measure", "flag", "rows"
]
Value = str | int | Decimal | date | None


class Parameter(Shape):
    """A number that decides, with the days from which it applies and where it comes from."""

    title: Text
    value: Dated[Decimal]
    unit: Literal["money", "days", "count", "share"]
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    #: True for a value that stands for the local one and must be set by each deployment.
    example: bool = False
    note: Text | None = None
    #: Between these an institution may set its own value (`override.yaml`); without them it may not.
    least: Decimal | None = None
    most: Decimal | None = None
    #: `table.column` of a date: each row is judged by the value in force on its own day, and finds
    #: it in a column named as the parameter. Without it, `$name` is the value on the day of the run.
    dated_by: str | None = None

    @model_validator(mode="after")
    def _money_has_currency(self) -> Self:
        if (self.unit == "money") != (self.currency is not None):
            raise ValueError("a currency belongs to a parameter of unit money, and only to it")
        return self

    @model_validator(mode="after")
    def _values_are_within(self) -> Self:
        if (self.least is None) != (self.most is None):
            raise ValueError("`least` and `most` stand together")
        for _, value in self.value.values:
            if not self.allows(value) and self.least is not None:
                raise ValueError(f"{value} is not between {self.least} and {self.most}")
        return self

    def allows(self, value: Decimal) -> bool:
        """Say whether an institution may set this value."""
        return self.least is not None and self.most is not None and self.least <= value <= self.most


def _columns_alone(raw: object) -> object:
    return {"columns": raw} if isinstance(raw, list | tuple) else raw


class Input(Shape):
    """What a measure reads of one table; `[a, b]` alone means these columns."""

    columns: tuple[str, ...]
    #: A row without one of these cannot be assessed; such rows are counted, not judged.
    complete: tuple[str, ...] = ()
    #: The column that says the currency; only rows in the currency of the parameters are judged.
    currency: str | None = None
    #: How many rows that can be judged this table needs, where it differs from the measure's.
    minimum: int | None = Field(default=None, ge=0)


class Basis(Shape):
    """A legal ground as it is quoted beside each flag, with how surely it was read."""

    instrument: Text
    article: Text
    since: date
    confidence: Confidence
    says: Text
    #: `instrument.provision` of the law files of the pack, where the article is filed there.
    provision: str | None = Field(default=None, pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")


class Finding(Shape):
    """Which columns of the answer say whose, about what, and how much."""

    #: Columns that together tell one finding from another; the answer has one row for each
    #: piece of evidence, named by `row_id`.
    key: tuple[str, ...]
    body: str
    subject: str
    value: str
    #: Columns that hold amounts of money.
    money: tuple[str, ...] = ()
    #: column: value: words
    words: dict[str, dict[str, Text]] = Field(default_factory=dict)


class BesideFigure(Shape):
    """A figure of an indicator as it stands beside a flag: what it is called, and what it tells."""

    title: Text
    tells: Text


class Beside(Shape):
    """How an indicator is pictured beside a flag on the same thing."""

    #: Columns of the finding that must be among those of the flag, with the same values.
    match: tuple[str, ...] = Field(min_length=1)
    #: Of each row of evidence: whose it is, and the amount that is drawn.
    label: str
    amount: str
    figures: dict[str, BesideFigure] = Field(min_length=1)


class Measure(Shape):
    """A declared query over business data, with everything needed to explain its answer."""

    measure: str = Field(pattern=r"^[a-z][a-z0-9_]{2,62}$")
    kind: Literal["flag", "indicator", "coverage", "return"]
    title: Text
    inputs: dict[str, Annotated[Input, BeforeValidator(_columns_alone)]] = Field(min_length=1)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    minimum_rows: int = Field(ge=1)
    #: A calendar of the pack: the query sees its published days off as `days_off (day)` and each
    #: published day as `published_days (day)`.
    calendar: str | None = None
    basis: tuple[Basis, ...] = ()
    #: The procedure by which the question is asked, and what the department is asked.
    procedure: str | None = None
    asks: Text | None = None
    #: What the flag fills in beforehand in the form of that procedure; a person may change it.
    fills: dict[str, Filling] = Field(default_factory=dict)
    #: field: a value that is always the same for this measure (`origin: red_flag`).
    states: dict[str, str] = Field(default_factory=dict)
    one_flag: Finding | None = None
    beside: Beside | None = None
    #: The finding in a sentence, with {columns} of the answer and {parameters}.
    says: Text | None = None
    why: Text
    exclusions: tuple[Text, ...]
    known_false_alarms: tuple[Text, ...]
    query: str = "query.sql"
    cases: str = "cases.yaml"

    @model_validator(mode="after")
    def _flag_is_whole(self) -> Self:
        if self.kind != "flag":
            return self
        missing = [k for k in ("procedure", "asks", "one_flag", "says") if getattr(self, k) is None]
        if missing or not self.known_false_alarms:
            raise ValueError(f"a flag also needs {', '.join(missing or ['known_false_alarms'])}")
        return self

    @model_validator(mode="after")
    def _one_currency(self) -> Self:
        if len({p.currency for p in self.parameters.values() if p.currency}) > 1:
            raise ValueError("all amounts among the parameters must be in one currency")
        return self

    @property
    def currency(self) -> str | None:
        """The currency of the parameters, if any is an amount."""
        return next((p.currency for p in self.parameters.values() if p.currency), None)

    def with_values(self, values: Mapping[str, Dated[Decimal]]) -> Self:
        """Give the measure with other values of the named parameters."""
        changed = {
            name: one.model_copy(update={"value": values[name]}) if name in values else one
            for name, one in self.parameters.items()
        }
        return self.model_copy(update={"parameters": changed})

    def names_in_sentence(self) -> frozenset[str]:
        """Give the names in braces that the sentence is filled with."""
        says = self.says or Text("", "")
        parts = [*Formatter().parse(says.zh), *Formatter().parse(says.en)]
        return frozenset(name for _, name, _, _ in parts if name)


class ExpectedFlag(Shape):
    """A finding that a case expects: its subject and the rows it rests on, counted from 1."""

    subject: str
    #: `3` is the third row of the first input; `contracts:2` the second of another.
    rows: tuple[int | str, ...]


class Case(Shape):
    """Rows in, flags out. `clean` rows look alike and must raise nothing."""

    case: str
    kind: Literal["positive", "clean", "not_assessable"]
    why: Text
    on: date
    minimum_rows: int = 1
    #: Values that this case sets, so that a large minimum sample needs no large case.
    parameters: dict[str, Dated[Decimal]] = Field(default_factory=dict)
    rows: dict[str, tuple[dict[str, Value], ...]]
    flags: tuple[ExpectedFlag, ...] = ()


class Cases(Shape):
    """The cases of one measure; at least one positive and one clean look-alike for a flag."""

    cases: tuple[Case, ...]

    @model_validator(mode="after")
    def _both_kinds(self) -> Self:
        kinds = {case.kind for case in self.cases}
        if not {"positive", "clean"} <= kinds:
            raise ValueError("there must be a positive case and a clean look-alike")
        for case in self.cases:
            if (case.kind == "positive") != bool(case.flags):
                raise ValueError(f"{case.case}: a positive case names its flags, others have none")
        return self
