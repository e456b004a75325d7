"""The shapes of a scenario: steps somebody takes, and what must be so after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from paizhu.rules.spec.declared import Declared, Many

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
    due: dict[str, date] = Field(default_factory=dict)
    met: Annotated[tuple[str, ...] | None, Many] = None
    missed: Annotated[tuple[str, ...] | None, Many] = None
    late: Annotated[tuple[str, ...] | None, Many] = None
    #: Roles whose signature is next.
    waiting_for: Annotated[tuple[str, ...] | None, Many] = None
    number: str | None = None
    #: How many people sit in each assignment role.
    seats: dict[str, int] = Field(default_factory=dict)
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
