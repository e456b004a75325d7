"""The shapes of a calendar file and of the pack file itself."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from paizhu.rules.spec.declared import Declared, Words


class CalendarYear(Declared):
    """One published year: days off that are not Saturday or Sunday by nature, and make-up days."""

    source: str
    off: dict[date, Words]
    work: dict[date, Words] = Field(default_factory=dict)


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


class Group(Declared):
    """A kind of work, under which pages list its procedures; a later pack may add to it."""

    group: str
    title: Words
    procedures: tuple[str, ...]


#: What pages ask for by sense and not by name: going there and looking, mending, what an organ
#: gives its teams to do.
Area = Literal["field_work", "repairs", "deployments"]


#: What a source of business data says of itself.
SourceField = Literal[
    "key", "table", "body", "purpose", "plan_ref", "period_from", "period_until", "expires_date",
]  # fmt: skip


class DataSources(Declared):
    """The procedure by which leave to hold business data is asked for, approved and ended."""

    procedure: str
    #: The stage in which rows may be read; in any other there are none.
    in_use: str
    #: The action that approves.
    approves: str
    fields: dict[SourceField, str]


#: What an act says that sets a value of a measure for one institution.
ValueField = Literal["body", "measure", "parameter", "value", "from_date", "until_date"]


class MeasureValues(Declared):
    """The procedure by which an institution sets a value of a measure, with the approval of another."""

    procedure: str
    #: The action that approves; never taken by who asked.
    approves: str
    #: The stages in which the value holds, between its first and its last day.
    holds: tuple[str, ...] = Field(min_length=1)
    #: Listed fields, since measures read them off the rows of matters.
    fields: dict[ValueField, str]


class Pack(Declared):
    """A folder of declarations that is used, reviewed and dated as one."""

    pack: str
    title: Words
    version: str
    licence: str
    needs: tuple[str, ...] = ()
    counting: CountingSpec = CountingSpec()
    #: How procedures are grouped for choosing one; what is named nowhere stands under “other”.
    groups: tuple[Group, ...] = ()
    #: Posts whose holders say who holds which post, in the bodies that theirs sends or consists of:
    #: of roles, or `security_admin`.
    appoints: tuple[str, ...] = ()
    #: Which procedures pages count as field work, repairs, deployments.
    areas: dict[Area, tuple[str, ...]] = Field(default_factory=dict)
    #: How sources of business data are approved; without it they are approved outside the ledger.
    data_sources: DataSources | None = None
    #: How an institution sets values of measures in the ledger; without it only files do.
    measure_values: MeasureValues | None = None
