"""Take a file of business rows into a source: checked row by row, stored wholly or not at all.

Nothing of a file is visible before its load is registered, and a load is registered only after its
rows lie complete on disk. A process that is killed in between leaves a file that nobody reads.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
from django.db import IntegrityError, transaction

from paizhu.analysis import mapping as mappings
from paizhu.analysis import parts, store
from paizhu.analysis.catalog import tables
from paizhu.analysis.files import open_file
from paizhu.analysis.forbidden import Forbidden, forbidden_columns
from paizhu.analysis.mapping import ColumnMap, Mapped
from paizhu.analysis.models import Load, Source
from paizhu.analysis.parts import Reading
from paizhu.analysis.problems import Problem
from paizhu.analysis.quality import quality_of
from paizhu.analysis.reading import Profile
from paizhu.analysis.reports import (
    ImportReport,
    Keep,
    Progress,
    say_outcome,
)
from paizhu.analysis.sheets import Sheet
from paizhu.analysis.sources import check_usable, day_of, source_for
from paizhu.analysis.store import Difference
from paizhu.analysis.tables import Table, chains, table_named
from paizhu.kernel.errors import Invalid, NotAllowed
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who


@dataclass(frozen=True, slots=True)
class _Job:
    """One import under way."""

    path: Path
    table: Table
    source: Source
    actor: Who
    keep: Keep
    dry_run: bool
    now: datetime
    progress: Progress | None


def import_file(  # noqa: PLR0913 - one door for every way a file comes in
    kind: str,
    path: Path,
    *,
    source: str,
    actor: Who,
    now: datetime,
    mapping: ColumnMap | None = None,
    sheet: str | None = None,
    keep: Keep = "good",
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Import a sheet into a source; what is wrong with the file is in the report, never raised.

    Raise NotFound for an unknown table or source, NotAllowed when the source may not be used,
    Invalid when there is no such file or it is of no kind we read.
    """
    table = table_named(tables(), kind)
    found = source_for(actor, source, now=now)
    _check_source(found, table, actor, now)
    job = _Job(Path(path), table, found, actor, keep, dry_run, now, progress)
    opened = open_file(job.path, sheet=sheet)
    digest = store.digest_of(job.path)
    report = ImportReport(table.table, job.path.name, found.key, "refused", Text("", ""), digest,
                          opened.name, other_sheets=opened.others)  # fmt: skip
    known = Load.objects.filter(source=found, digest=digest, removed_at__isnull=True).first()
    if known is not None:
        return _closed(replace(report, outcome="known", kept=0, load=known.pk))
    if opened.faults:
        return _closed(_with_problems(report, opened.faults))
    mapped = mappings.settle(opened, table, given=mapping, remembered=_remembered(found, opened))
    report = replace(report, mapping=mapped.map, guesses=mapped.guesses)
    try:
        return _check_content(job, opened, mapped, report)
    except Invalid as unreadable:
        problem = Problem(opened.name, 0, "", "", unreadable.say)
        return _closed(_with_problems(replace(report, outcome="refused"), (problem,)))


def _check_source(source: Source, table: Table, actor: Who, now: datetime) -> None:
    check_usable(source, on=day_of(now))
    if source.table != table.table:
        raise NotAllowed(Text(
            f"数据源“{source.key}”是为“{source.table}”登记的，不能导入“{table.table}”。",
            f"The source “{source.key}” was registered for “{source.table}”, not “{table.table}”."))  # fmt: skip
    if source.approved_by_id == actor.person:
        raise NotAllowed(Text("批准数据源的人不能自己导入。请由其他人员导入。",
                              "Whoever approved the source does not import into it himself. Have "
                              "someone else import the file."))  # fmt: skip


def _remembered(source: Source, sheet: Sheet) -> ColumnMap | None:
    """Give the mapping of the last load of this table of this body whose headers are all here
    again; of this very source first.
    """
    of_body = Load.objects.filter(source__table=source.table, source__body=source.body)
    loads = [*of_body.filter(source=source).order_by("-id")[:1], *of_body.order_by("-id")[:10]]
    known = (ColumnMap.read(load.mapping) for load in loads if load.mapping)
    return next((mapping for mapping in known if mappings.fits(mapping, sheet.headers)), None)


def _check_content(job: _Job, sheet: Sheet, mapped: Mapped, report: ImportReport) -> ImportReport:
    """Look at all cells for what must not come in; only then read any of them."""
    with parts.working(job.source.key, report.digest, mapped, sheet=sheet.name) as folder:
        reading = Reading(sheet, job.table, mapped, job.path.name, folder, job.progress)
        seen = parts.first_look(reading)
        refused = forbidden_columns(sheet.headers, seen.contents, ignored=mapped.map.ignored)
        report = replace(report, rows_read=seen.rows, forbidden=refused)
        faults = [_as_problem(sheet, one) for one in refused if not one.is_ignored]
        faults += [_as_problem(sheet, one) for one in refused
                   if one.is_ignored and one.header.index in mapped.indexes.values()]  # fmt: skip
        if seen.rows == 0:
            faults.append(Problem(sheet.name, sheet.header_row, "", "", Text(
                "只有表头，没有数据行。", "There is a header and no row below it.")))  # fmt: skip
        faults += mapped.problems
        if faults:
            return _closed(replace(_with_problems(report, tuple(faults)), refused=seen.rows))
        return _read_rows(job, reading, seen, report)


def _as_problem(sheet: Sheet, column: Forbidden) -> Problem:
    row = column.row or sheet.header_row
    return Problem(sheet.name, row, column.header.letter, "", replace(column, is_ignored=False).say)


def _read_rows(job: _Job, reading: Reading, seen: Profile, report: ImportReport) -> ImportReport:
    counts, files = parts.read_parts(reading, seen)
    report = replace(
        _with_problems(report, tuple(counts.problems.kept), total=counts.problems.total),
        rows_read=counts.read, kept=counts.kept, refused=counts.read - counts.kept,
    )  # fmt: skip
    if counts.kept == 0 or (job.keep == "all_or_nothing" and report.refused):
        return _closed(replace(report, kept=0, refused=counts.read))
    if job.progress:
        job.progress("store", counts.kept)
    checked = reading.folder / "rows.parquet"
    store.combine(files, target=checked)
    with _one_at_a_time(job), _beside(job, checked) as connection:
        report, found = _judge(job, connection, report)
        if job.dry_run:
            return _closed(replace(report, outcome="checked"))
        if found.unchanged:
            checked = reading.folder / "new.parquet"
            store.write_new(connection, job.table, target=checked)
        return _store(job, reading.mapped, checked, report, found)


@contextmanager
def _one_at_a_time(job: _Job) -> Iterator[None]:
    """Let one load of a table be compared and registered before the next is."""
    place = store.folder() / job.table.table
    place.mkdir(parents=True, exist_ok=True)
    lock = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _beside(job: _Job, checked: Path) -> duckdb.DuckDBPyConnection:
    """Open the new rows beside what stands of the same body: its table, and those it refers to."""
    names = {job.table.table} | {target for here, _, target, _ in chains(tables())
                                 if here == job.table.table}  # fmt: skip
    mine = Source.objects.filter(body=job.source.body, table__in=names).order_by("pk")
    there = [tables()[name] for name in sorted(names)]
    return store.connect_beside(checked, mine, tables=there, on=day_of(job.now))


def _judge(
    job: _Job, connection: duckdb.DuckDBPyConnection, report: ImportReport
) -> tuple[ImportReport, Difference]:
    """Say how good the rows are, and which of them stand already."""
    own = Load.objects.filter(source=job.source, removed_at__isnull=True)
    found = store.difference(
        connection, job.table, own_loads=list(own.values_list("pk", flat=True))
    )
    period = job.source.period_from, job.source.period_until
    quality = quality_of(connection, job.table, declared=tables(), today=day_of(job.now),
                         period=period)  # fmt: skip
    return replace(report, quality=replace(quality, unchanged=found.unchanged)), found


def _store(
    job: _Job, mapped: Mapped, checked: Path, report: ImportReport, found: Difference
) -> ImportReport:
    """Move the complete file to its place, then register it: what is not registered is not read."""
    name = f"load={report.digest.removeprefix('sha256:')[:32]}-{int(job.now.timestamp())}.parquet"
    stored_as = f"{job.table.table}/source={job.source.key}/{name}"
    target = store.folder() / stored_as
    stored_digest = store.digest_of(checked)
    target.parent.mkdir(parents=True, exist_ok=True)
    checked.replace(target)
    try:
        with transaction.atomic():
            load = Load.objects.create(
                source=job.source, digest=report.digest, file_name=report.file, sheet=report.sheet,
                rows_kept=report.kept - found.unchanged, rows_refused=report.refused, at=job.now,
                by_id=job.actor.person, mapping=mapped.map.model_dump(mode="json"),
                stored_as=stored_as, stored_digest=stored_digest, quality=report.quality.kept(),
                rests_on_earlier=found.unchanged > 0, replaces=found.replaces,
            )  # fmt: skip
    except IntegrityError:
        # Somebody imported the very same file a moment ago.
        target.unlink(missing_ok=True)
        return _closed(replace(report, outcome="known", kept=0))
    return _closed(replace(report, outcome="stored", load=load.pk))


def _with_problems(
    report: ImportReport, problems: tuple[Problem, ...], *, total: int | None = None
) -> ImportReport:
    return replace(
        report, problems=problems, problems_total=len(problems) if total is None else total
    )


def _closed(report: ImportReport) -> ImportReport:
    say = say_outcome(
        report.outcome, read=report.rows_read, kept=report.kept, refused=report.refused
    )
    return replace(report, say=say)
