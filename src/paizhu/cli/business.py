"""Business data: import a table, list, run and show measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paizhu.cli.call import FOUND, Call, Leave, listed_by
from paizhu.cli.installation import open_data, responsible
from paizhu.cli.packs import folders
from paizhu.cli.verbs import AsOption, group, verb
from paizhu.kernel.text import Text, Word

if TYPE_CHECKING:
    from paizhu.analysis.measures import LoadedMeasure
    from paizhu.analysis.reports import ImportReport, Progress
    from paizhu.analysis.running import BodyRun, Engine
    from paizhu.registry.principals import Who

#: How many rows go by between two lines about them.
_SAID_EVERY = 500_000

FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help=".xlsx .csv .jsonl .parquet .sqlite; .postgres says where a table is. 文件。",
    ),
]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", metavar="S", help="Key of the source. 数据源。", show_default=False),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="M", help="JSON: which header is which column. 列对应。"),
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", help="Name of the sheet. 工作表。", show_default=False)
]
WholeOption = Annotated[
    bool,
    typer.Option("--all-or-nothing", help="One bad row refuses the file. 有一行不合格即全部退回。"),
]


class EngineName(StrEnum):
    """What runs the measure; the answers are the same."""

    DUCKDB = "duckdb"
    SPARK = "spark"


EngineOption = Annotated[
    EngineName,
    typer.Option("--engine", metavar="duckdb|spark", help="Same answers from either. 计算引擎。"),
]
MasterOption = Annotated[
    str,
    typer.Option("--master", metavar="M", help="Of Spark: local[2], spark://… Spark 主节点。"),
]


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    verb(app, "import", reads=True)(import_table)
    measures = group("measures", says="Red flags and other measures. 度量。")
    verb(measures, "list", reads=True)(list_measures)
    verb(measures, "run", reads=True)(run_measure)
    verb(measures, "show", reads=True)(show_measure)
    app.add_typer(measures)


def import_table(  # noqa: PLR0913 - one verb for every way a file comes in
    call: Call,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Table: purchases. 业务表。")],
    file: FileArgument,
    source: SourceOption = None,
    mapping: MappingOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check only; store nothing. 只检查，不保存。")
    ] = False,
    all_or_nothing: WholeOption = False,
    sheet: SheetOption = None,
    username: AsOption = None,
) -> None:
    """Import a business table with a report by sheet, row and column.

    导入业务表，逐表、逐行、逐列报告问题。

    Exit code 1 when anything was refused, even one row; the good rows are kept all the same,
    unless --dry-run or --all-or-nothing is given.

    只要有一行被退回，退出码即为 1；合格的行照常保存（--dry-run 和 --all-or-nothing 除外）。
    """
    open_data(call, make=True)
    from paizhu.analysis import mapping as mappings
    from paizhu.analysis.catalog import tables
    from paizhu.analysis.importing import import_file
    from paizhu.analysis.tables import table_named

    table_named(tables(), kind)
    who, key = responsible(call, username, tables=[kind], source=source)
    with _copied(file, who, key, call) as path:
        report = import_file(
            kind,
            path,
            source=key,
            actor=who,
            now=call.now,
            mapping=mappings.load(mapping) if mapping else None,
            sheet=sheet,
            keep="all_or_nothing" if all_or_nothing else "good",
            dry_run=dry_run,
            progress=_progress(call, stores=not dry_run),
        )
    call.answer(_report(report), list(_report_lines(report, call.lang)))
    # A script does not read the report: rows that were left out must not look like none were.
    if report.outcome == "refused" or report.problems_total:
        raise Leave(FOUND)


@contextmanager
def _copied(file: Path, who: Who, key: str, call: Call) -> Iterator[Path]:
    """Give the file itself, or a copy of the table that it says where to find."""
    from paizhu.analysis import postgres, sources

    if file.suffix.lower() != postgres.SUFFIX:
        yield file
        return
    sources.check_usable(sources.source_for(who, key, now=call.now), on=sources.day_of(call.now))
    with postgres.snapshot(postgres.read_place(file), progress=_progress(call)) as path:
        yield path


def _progress(call: Call, *, stores: bool = True) -> Progress:
    """Say from time to time how far it is, to whoever waits and not into the answer."""
    steps = {
        "copy": Text("已复制 {n} 行", "{n} rows copied"),
        "check": Text("已检查 {n} 行", "{n} rows looked at"),
        "read": Text("已读取 {n} 行", "{n} rows read"),
        "store": Text("正在保存 {n} 行", "storing {n} rows"),
    }

    def say(step: str, rows: int) -> None:
        if step == "store" and not stores:
            return
        if rows % _SAID_EVERY == 0 or step == "store":
            typer.echo(steps[step].say(call.lang).format(n=rows), err=True)

    return say


def list_measures(call: Call) -> None:
    """List the measures declared in the packs in use. 列出度量。"""
    found = _measures()
    value = [
        {"measure": one.name, "kind": one.spec.kind, "title": one.spec.title, "digest": one.digest}
        for one in found.values()
    ]
    lines = [
        Text(f"{one.name}  {one.spec.title.zh}", f"{one.name}  {one.spec.title.en}")
        for one in found.values()
    ]
    call.answer(value, lines or [Text("没有声明度量。", "No measure is declared.")])


def run_measure(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a measure. 度量名。")],
    source: SourceOption = None,
    engine: EngineOption = EngineName.DUCKDB,
    master: MasterOption = "local[2]",
    username: AsOption = None,
) -> None:
    """Run a measure over the sources an account may use; keep the flags it raises.

    对账号可用的数据源运行度量，保存所提示的标志。
    """
    found = _known(name)
    open_data(call)
    from paizhu.analysis import running

    if engine is EngineName.SPARK:
        from paizhu.analysis.catalog import tables
        from paizhu.analysis.measures import written_for_spark

        # Before minutes are spent on starting it.
        written_for_spark(found, tables())
    inputs = list(found.spec.inputs)
    who, key = responsible(call, username, tables=inputs, source=source, one=False)
    with _engine(engine, master) as reads:
        runs = running.run(
            name, actor=who, now=call.now, sources=[key] if source else [], engine=reads
        )
    call.answer([_run(one) for one in runs], [line for one in runs for line in _run_lines(one)])


@contextmanager
def _engine(name: EngineName, master: str) -> Iterator[Engine]:
    """Give what reads the rows, and end it afterwards."""
    if name is EngineName.DUCKDB:
        from paizhu.analysis import store

        yield store
        return
    from paizhu.analysis.spark.session import session
    from paizhu.analysis.spark.store import SparkStore

    with session(master) as one:
        yield SparkStore(one)


def show_measure(
    call: Call,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a measure. 度量名。")],
    username: AsOption = None,
) -> None:
    """Show a measure: why, parameters, exclusions; for an account also its hit rate and flags.

    查看度量：理由、参数、不计入的情形；指明账号时另列命中情况和标志。
    """
    found = _known(name)
    value: dict[str, object] = {
        "measure": found.name,
        "digest": found.digest,
        "file": found.file,
        "declared": found.spec.model_dump(mode="json"),
        "sql": found.sql,
        "cases": len(found.cases),
    }
    lines = list(_measure_lines(found))
    if username:
        from paizhu.cli.installation import who_asks

        open_data(call)
        from paizhu.analysis import flags

        who = who_asks(call, username)
        rate = flags.hit_rate(name, who=who, now=call.now)
        rows = flags.list_flags(who, now=call.now, measure=name, size=500).rows
        value |= {"hit_rate": rate, "flags": rows}
        lines.append(
            Text(
                f"标志 {rate.raised} 个：待看 {rate.waiting}，已问 {rate.asked}，不予询问 {rate.dismissed}，"
                f"已说明 {rate.explained}，属实 {rate.confirmed}",
                f"{rate.raised} {Word(rate.raised):flag|flags}: {rate.waiting} waiting, {rate.asked} asked, {rate.dismissed} "
                f"dismissed, {rate.explained} explained, {rate.confirmed} confirmed",
            )
        )
        lines += [
            Text(
                f"#{row.id} [{row.status}] {row.sentence.zh}",
                f"#{row.id} [{row.status}] {row.sentence.en}",
            )
            for row in rows
        ]
    call.answer(value, lines)


# --- declared -----------------------------------------------------------------------------------


def _measures() -> dict[str, LoadedMeasure]:
    """Read the measures of the packs; needs no data folder."""
    from paizhu.analysis.measures import load_measures
    from paizhu.analysis.tables import load_tables

    packs = folders()
    return load_measures(packs, load_tables(packs))


def _known(name: str) -> LoadedMeasure:
    from paizhu.kernel.errors import NotFound
    from paizhu.rules.mistakes import unknown_name

    found = _measures()
    if name not in found:
        with listed_by("paizhu measures list"):
            raise NotFound(unknown_name(Text("度量", "measure"), name, found))
    return found[name]


def _measure_lines(found: LoadedMeasure) -> Iterator[Text]:
    spec = found.spec
    yield Text(f"{found.name}  {spec.title.zh}", f"{found.name}  {spec.title.en}")
    yield spec.why
    for key, parameter in spec.parameters.items():
        values = ", ".join(
            f"{since or ''} {value}".strip() for since, value in parameter.value.values
        )
        yield Text(
            f"  {parameter.title.zh}（{key}）：{values}",
            f"  {parameter.title.en} ({key}): {values}",
        )
    for exclusion in spec.exclusions:
        yield Text(f"  不计入：{exclusion.zh}", f"  not counted: {exclusion.en}")
    for alarm in spec.known_false_alarms:
        yield Text(f"  常见误报：{alarm.zh}", f"  known false alarm: {alarm.en}")


# --- what came out ------------------------------------------------------------------------------


def _report(report: ImportReport) -> dict[str, object]:
    return {
        "kind": report.kind,
        "file": report.file,
        "source": report.source,
        "outcome": report.outcome,
        "say": report.say,
        "digest": report.digest,
        "sheet": report.sheet,
        "rows": {"read": report.rows_read, "kept": report.kept, "refused": report.refused},
        "problems": report.problems,
        "problems_total": report.problems_total,
        "mapping": report.mapping.model_dump(mode="json") if report.mapping else None,
        "guesses": report.guesses,
        "quality": report.quality,
        "load": report.load,
    }


def _report_lines(report: ImportReport, lang: str) -> Iterator[Text | str]:
    for guess in report.guesses:
        yield f"  {guess.letter} {guess.header} → {guess.column or '—'}  ({guess.why.say(lang)})"
    for problem in report.problems:
        yield problem.show(lang)
    rest = report.problems_total - len(report.problems)
    if rest > 0:
        yield Text(f"另有 {rest} 处未列出。", f"{rest} more are not listed.")
    yield from report.quality.lines()
    yield report.say


def _run(one: BodyRun) -> dict[str, object]:
    found = one.assessment
    return {
        "run": one.run,
        "body": one.body,
        "sources": one.sources,
        "outcome": found.outcome,
        "on": found.on,
        "rows": found.population.rows,
        "assessable": found.population.assessable,
        "left_out": [{"why": why, "rows": rows} for why, rows in found.population.left_out],
        "reasons": found.reasons,
        "findings": len(found.found),
        "flags": {"new": one.new, "again": one.again},
    }


def _run_lines(one: BodyRun) -> Sequence[Text]:
    found = one.assessment
    lines = [
        Text(
            f"{one.body.zh}：{found.population.rows} 行，可评估 {found.population.assessable} 行，"
            f"新标志 {len(one.new)} 个，再次出现 {len(one.again)} 个",
            f"{one.body.en}: {found.population.rows} {Word(found.population.rows):row|rows}, {found.population.assessable} judged, "
            f"{len(one.new)} new {Word(len(one.new)):flag|flags}, {len(one.again)} seen again",
        )
    ]
    return [*lines, *found.reasons]
