"""The shapes of a law file: instruments, provisions, legal clocks, effect periods."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from paizhu.rules.spec.declared import Dated, Declared, PeriodText, Words

#: T read in the text, T* read in part, S secondary, L local, M+ / M- remembered
#: (the codes of the fact sheet the packs were written from).
Confidence = Literal["T", "T*", "S", "L", "M+", "M-"]


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
    phases: dict[str, LegalLimit] = Field(default_factory=dict)
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
    phases: dict[str, LegalLimit] = Field(default_factory=dict)
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
    provisions: dict[str, Provision] = Field(default_factory=dict)
    clocks: dict[str, LegalClock] = Field(default_factory=dict)
    effects: dict[str, EffectPeriod] = Field(default_factory=dict)
    note: Words | None = None
