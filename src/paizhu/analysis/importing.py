"""Take a file of business rows into a source: checked row by row, stored wholly or not at all.

Nothing of a file is visible before its load is registered, and a load is registered only after its
rows lie complete on disk. A process that is killed in between leaves a file that nobody reads.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from paizhu.analysis import mapping as mappings
from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.forbidden import Forbidden, forbidden_columns
from paizhu.analysis.mapping import ColumnMap, Mapped
from paizhu.analysis.models import Load, Source
from paizhu.analysis.problems import Problem
from paizhu.analysis.reading import TypedRows, profile
from paizhu.analysis.reports import (
    ImportReport,
    Keep,
    ProblemList,
    Progress,
    Quality,
    say_outcome,
)
from paizhu.analysis.sheets import Sheet, open_sheet
from paizhu.analysis.sources import check_usable, day_of, source_for
from paizhu.analysis.tables import Table, table_named
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
    opened = open_sheet(job.path, sheet=sheet)
    digest = store.digest_of(job.path)
    report = ImportReport(table.table, job.path.name, found.key, "refused", Text("", ""), digest,
                          opened.name, other_sheets=opened.others)  # fmt: skip
    known = Load.objects.filter(source=found, digest=digest, removed_at__isnull=True).first()
    if known is not None:
        return _closed(replace(report, outcome="known", kept=0, load=known.pk))
    if opened.faults:
        return _closed(_with_problems(report, opened.faults))
    mapped = mappings.settle(opened, table, given=mapping or _remembered(found, opened))
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
    """Give the mapping of the last load of this source, if its headers are all here again."""
    last = Load.objects.filter(source=source).order_by("-id").first()
    if last is None:
        return None
    mapping = ColumnMap.read(last.mapping)
    return mapping if mappings.fits(mapping, sheet.headers) else None


def _check_content(job: _Job, sheet: Sheet, mapped: Mapped, report: ImportReport) -> ImportReport:
    """Look at all cells for what must not come in; only then read any of them."""
    dates = [
        index for name, index in mapped.indexes.items() if job.table.columns[name].type == "date"
    ]
    seen = profile(sheet, dates=dates, progress=job.progress)
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
    return _read_rows(job, TypedRows(sheet, job.table, mapped, seen, ProblemList()), report)


def _as_problem(sheet: Sheet, column: Forbidden) -> Problem:
    row = column.row or sheet.header_row
    return Problem(sheet.name, row, column.header.letter, "", replace(column, is_ignored=False).say)


def _read_rows(job: _Job, rows: TypedRows, report: ImportReport) -> ImportReport:
    parts = store.folder() / ".parts"
    parts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parts) as place:
        typed = Path(place) / "rows.csv"
        with typed.open("w", encoding="utf-8", newline="") as out:
            rows.write(out, progress=job.progress)
        report = replace(
            _with_problems(report, tuple(rows.problems.kept), total=rows.problems.total),
            rows_read=rows.read, kept=rows.kept, refused=rows.read - rows.kept,
        )  # fmt: skip
        if rows.kept == 0 or (job.keep == "all_or_nothing" and report.refused):
            return _closed(replace(report, kept=0, refused=rows.read))
        checked = Path(place) / "rows.parquet"
        store.write(typed, job.table, target=checked)
        report = replace(report, quality=_quality(checked, job.table, day_of(job.now)))
        if job.dry_run:
            return _closed(replace(report, outcome="checked"))
        if job.progress:
            job.progress("store", rows.kept)
        return _store(job, rows, checked, report)


def _store(job: _Job, rows: TypedRows, checked: Path, report: ImportReport) -> ImportReport:
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
                rows_kept=report.kept, rows_refused=report.refused, at=job.now,
                by_id=job.actor.person, mapping=rows.mapped.map.model_dump(mode="json"),
                stored_as=stored_as, stored_digest=stored_digest,
            )  # fmt: skip
    except IntegrityError:
        # Somebody imported the very same file a moment ago.
        target.unlink(missing_ok=True)
        return _closed(replace(report, outcome="known", kept=0))
    return _closed(replace(report, outcome="stored", load=load.pk))


def _quality(parquet: Path, table: Table, today: date) -> Quality:
    """Count what the kept rows lack, in one pass over each column."""
    columns = list(table.columns)
    day = next(
        (f'"{name}"' for name in columns if table.columns[name].type == "date"), "NULL::DATE"
    )
    currency = "currency" if "currency" in columns else "NULL::VARCHAR"
    with store.reading(parquet) as rows:
        empty = rows(", ".join(f'count(*) - count("{name}")' for name in columns))[0]
        repeated, first, last, later = rows(
            'count(*) - count(DISTINCT "_line"), '
            f"min({day}), max({day}), count(*) FILTER ({day} > DATE '{today.isoformat()}')"
        )[0]
        currencies = rows(f"coalesce({currency}, ''), count(*)", "GROUP BY 1 ORDER BY 1")
    return Quality(
        tuple(zip(columns, empty, strict=True)), tuple(currencies), repeated, first, last, later
    )


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
