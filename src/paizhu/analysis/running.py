"""Run a measure over the sources of each body, and keep what it raised: one flag for one finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction

from paizhu.analysis import ownvalues, store
from paizhu.analysis.assessing import Assessment, Connection, Found, assess
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import LoadedMeasure, measure_named
from paizhu.analysis.models import Flag, Load, Run, Source
from paizhu.analysis.overrides import Piece
from paizhu.analysis.reach import bodies_around, bodies_within
from paizhu.analysis.sources import check_usable, day_of, source_for, sources_for
from paizhu.analysis.tables import Table
from paizhu.kernel.digest import canonical, digest
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.models import Body
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class BodyRun:
    """What a run gave for the data of one body."""

    run: int
    body: Text
    sources: tuple[str, ...]
    assessment: Assessment
    #: Flags raised for the first time, and flags seen again.
    new: tuple[int, ...]
    again: tuple[int, ...]


class Engine(Protocol):
    """Where the rows are read: `store` on this machine, or a cluster that is asked alike."""

    def connect(self, sources: Sequence[Source], *, tables: Sequence[Table], on: date) -> Any: ...

    def rows_at(
        self, connection: Any, table: Table, row_ids: Sequence[str]
    ) -> list[dict[str, object]]: ...


def run(
    measure: str, *, actor: Who, now: datetime, sources: Sequence[str] = (), on: date | None = None,
    engine: Engine = store,
) -> tuple[BodyRun, ...]:  # fmt: skip
    """Run a measure over the named sources, or over all the actor may use; body by body.

    Raise NotFound for a measure or source that is unknown or not the actor's, NotAllowed for a
    source that is not approved or expired, or when there is none at all.
    """
    loaded = measure_named(measure)
    found = _sources(loaded, actor, sources, now)
    if not found:
        raise NotAllowed(Text(
            f"没有可用于“{loaded.spec.title.zh}”的数据源。请先登记数据源，写明用途和到期日，并由他人批准。",
            f"There is no source that “{loaded.spec.title.en}” may read. Register one with its purpose "
            "and expiry, and have another person approve it."))  # fmt: skip
    by_body: dict[int, list[Source]] = {}
    for source in found:
        by_body.setdefault(source.body_id, []).append(source)
    day = on or day_of(now)
    return tuple(_run(loaded, mine, actor, day, now, engine) for mine in by_body.values())


def _sources(
    measure: LoadedMeasure, actor: Who, keys: Sequence[str], now: datetime
) -> list[Source]:
    if not keys:
        return [s for s in sources_for(actor, now=now) if s.table in measure.spec.inputs]
    named = [source_for(actor, key, now=now) for key in dict.fromkeys(keys)]
    for source in named:
        check_usable(source, on=day_of(now))
    return [source for source in named if source.table in measure.spec.inputs]


def _run(
    measure: LoadedMeasure, sources: Sequence[Source], actor: Who, on: date, now: datetime, engine: Engine
) -> BodyRun:  # fmt: skip
    declared = tables()
    body = sources[0].body
    measure, own = ownvalues.in_force(measure, body.pk, on=on)
    # Whether a source may be read is decided by the day of the run, whatever day it looks at.
    with engine.connect(sources, tables=[declared[name] for name in measure.spec.inputs],
                        on=day_of(now)) as connection:  # fmt: skip
        result = assess(
            measure.spec,
            measure.sql,
            connection=connection,
            tables=declared,
            on=on,
            calendar=measure.calendar,
        )
        evidence = _evidence(measure, result.found, connection, engine)
    used = _parameters(result, own)
    with transaction.atomic():
        line = _record(measure, sources, result, actor=actor, now=now)
        units = _units(body, actor, now)
        # What is no flag is a fact to look at: it raises nothing.
        asked = zip(result.found, evidence, strict=True) if measure.spec.kind == "flag" else ()
        kept = [_keep(measure, found, proof, line, units.get(found.body.casefold(), body), used)
                for found, proof in asked]  # fmt: skip
    return BodyRun(
        line.pk, body.name, tuple(s.key for s in sources), result,
        tuple(pk for pk, is_new in kept if is_new),
        tuple(pk for pk, is_new in kept if not is_new),
    )  # fmt: skip


def _record(
    measure: LoadedMeasure, sources: Sequence[Source], result: Assessment, *, actor: Who, now: datetime
) -> Run:  # fmt: skip
    population = result.population
    return Run.objects.create(
        measure=measure.name, measure_digest=measure.digest, sql_digest=measure.sql_digest,
        body=sources[0].body, sources=[s.key for s in sources], on_date=result.on, at=now,
        by_id=actor.person, outcome=result.outcome, rows=population.rows,
        assessable=population.assessable,
        left_out=[{"zh": t.zh, "en": t.en, "rows": n} for t, n in population.left_out],
        reasons=[{"zh": t.zh, "en": t.en} for t in result.reasons], findings=len(result.found),
    )  # fmt: skip


# --- one finding, one flag ----------------------------------------------------------------------

Evidence = list[dict[str, Any]]
#: parameter: day, value, and the act that set it, if any.
Used = dict[str, list[list[str | None]]]


def _evidence(
    measure: LoadedMeasure, found: Sequence[Found], connection: Connection, engine: Engine
) -> list[Evidence]:
    """Say where the rows of each finding are, with the digest of what each says."""
    wanted = list(dict.fromkeys(row_id for one in found for row_id in one.row_ids))
    by_id = {
        str(row["row_id"]): {"load": row["_load"], "row": row["_row"], "line": row["_line"]}
        for name in measure.spec.inputs
        for row in engine.rows_at(connection, tables()[name], wanted)
    }
    return [[by_id[row_id] for row_id in one.row_ids] for one in found]


def _lines(evidence: Evidence) -> list[str]:
    return sorted(str(one["line"]) for one in evidence)


def _keep(
    measure: LoadedMeasure, found: Found, evidence: Evidence, run: Run, body: Body, used: Used
) -> tuple[int, bool]:  # fmt: skip
    """Update the flag of this finding, or make one; give its id and whether it is new."""
    lines = _lines(evidence)
    facts = dict(found.facts)
    told_apart = [facts.get(name) for name in (measure.spec.one_flag.key if measure.spec.one_flag else ())
                  if name != "group_no"]  # fmt: skip
    key = digest(canonical({"measure": measure.name, "about": told_apart, "lines": lines}))
    seen: dict[str, Any] = {
        "measure_digest": measure.digest, "value": found.value, "facts": facts,
        "parameters": used, "evidence": evidence, "last_seen": run.at, "run": run,
    }  # fmt: skip
    same = Flag.objects.select_for_update().filter(key=key).first()
    if same is not None:
        return _update(same, seen), False
    earlier = _earlier(measure.name, found.subject, body, frozenset(lines))
    if earlier is not None and earlier.status == "new":
        # Nobody has looked at it yet and it has grown: still one flag.
        return _update(earlier, seen | {"key": key}), False
    source = Load.objects.values_list("source_id", flat=True).get(pk=evidence[0]["load"])
    flag = Flag.objects.create(
        measure=measure.name, key=key, body=body, source_id=source, subject=found.subject[:400],
        first_seen=run.at, follows=earlier, **seen,
    )  # fmt: skip
    return flag.pk, True


def _update(flag: Flag, seen: Mapping[str, Any]) -> int:
    for name, value in seen.items():
        setattr(flag, name, value)
    flag.save(update_fields=list(seen))
    return flag.pk


def _earlier(measure: str, subject: str, body: Body, lines: frozenset[str]) -> Flag | None:
    """Find the latest flag on the same subject whose rows are all among these."""
    before = Flag.objects.select_for_update().filter(
        measure=measure, subject=subject[:400], body=body
    )
    return next((f for f in before.order_by("-id") if set(_lines(f.evidence)) < lines), None)


def _parameters(result: Assessment, own: Mapping[str, Sequence[Piece]]) -> Used:
    """Give each value with the day from which it applied and, where one set it, the act."""
    acts = {
        (name, one.since): (one.act,) for name, found in own.items() for one in found if one.act
    }
    return {
        name: [
            [since.isoformat() if since else None, str(value), *acts.get((name, since), ())]
            for since, value in values
        ]
        for name, values in result.parameters.items()
    }


def _units(body: Body, actor: Who, now: datetime) -> dict[str, Body]:
    """Give the bodies a row may name, by code and names; only those the actor supervises."""
    day = day_of(now)
    known = bodies_around(body.pk, on=day) & bodies_within(actor, on=day)
    named: dict[str, Body] = {}
    for one in Body.objects.filter(pk__in=known):
        for name in (one.code, one.name_zh, one.name_en):
            named.setdefault(name.casefold(), one)
    return named
