"""Published procurement data: load, judge, and see the rows behind a flag. Django is not started."""

from __future__ import annotations

import gc
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from paizhu.cli.call import FOUND, Call, Leave, day, plain
from paizhu.cli.verbs import group, verb
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    import duckdb

    from paizhu.analysis.ocds.indicators import Indicators
    from paizhu.analysis.ocds.judging import Judgement, Raised
    from paizhu.analysis.ocds.reading import Sent
    from paizhu.analysis.ocds.store import Part

StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="NAME", help="Name of a store. 数据名。", show_default=False),
]
LimitOption = Annotated[
    str | None,
    typer.Option(
        "--memory-limit", metavar="SIZE", help="Such as 600MB. 内存上限。", show_default=False
    ),
]
FileArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help="Releases, records or a package. 文件。", show_default=False
    ),
]
#: What DuckDB may take for itself unless told otherwise; a whole process stays below 1.3 GB.
MEMORY_LIMIT = "900MB"


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    made = group("ocds", says="Published procurement data (OCDS). 公开采购数据。")
    verb(made, "load", reads=True)(load)
    verb(made, "stores", reads=True)(list_stores)
    verb(made, "remove", reads=True)(remove)
    verb(made, "run", reads=True)(run)
    verb(made, "why", reads=True)(why)
    app.add_typer(made)


def load(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OCDS JSON or JSON lines. 文件。")],
    store: Annotated[str, typer.Option("--store", metavar="NAME", help="Name. 数据名。")],
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", help="What a new store is for. 用途。", show_default=False),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(
            "--expires",
            metavar="DAY",
            help="Last day of a new store. 保存期限。",
            show_default=False,
        ),
    ] = None,
    memory_limit: LimitOption = None,
) -> None:
    """Load published procurement data into a store: only rows that are new.

    导入公开采购数据，只保存新的行。
    """
    from paizhu.analysis.ocds import facts, tables
    from paizhu.analysis.ocds import store as kept

    last = day(expires, option="--expires") if expires else None
    place = kept.make(call.data, store, purpose=purpose, expires=last, on=call.today)
    connection = tables.connect(spill=place.spill, memory_limit=memory_limit or MEMORY_LIMIT)
    place, part = kept.load(connection, file, place, now=call.now)
    if place.files():
        facts.ready(connection, place)
    call.answer(part, [_loaded(part, file)])


def list_stores(call: Call) -> None:
    """List the stores of published procurement data. 列出公开采购数据。"""
    from paizhu.analysis.ocds import store as kept

    found = kept.stores(call.data)
    value = [
        {"store": one.name, "purpose": one.purpose, "expires": one.expires, "parts": one.parts}
        for one in found
    ]
    lines = [
        Text(
            f"{one.name}  {one.purpose}（至 {one.expires}）  {sum(p.rows for p in one.parts):,} 行",
            f"{one.name}  {one.purpose} (until {one.expires})  {sum(p.rows for p in one.parts):,} rows",
        )
        for one in found
    ]
    call.answer(value, lines or [Text("没有公开采购数据。", "There is no store.")])


def remove(
    call: Call, name: Annotated[str, typer.Argument(metavar="NAME", help="Name. 数据名。")]
) -> None:
    """Remove a store with all its rows. 删除数据。"""
    from paizhu.analysis.ocds import store as kept

    gone = kept.remove(call.data, name)
    rows = sum(part.rows for part in gone.parts)
    call.answer(
        {"removed": name, "rows": rows},
        [Text(f"已删除“{name}”，共 {rows:,} 行。", f"“{name}” was removed, {rows:,} rows.")],
    )


def run(
    call: Call,
    file: FileArgument = None,
    store: StoreOption = None,
    equal: Annotated[
        bool, typer.Option("--equal", help="Answer as ocdscardinal 0.0.8 does. 与其结果一致。")
    ] = False,
    settings: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="INI",
            help="Its settings, with --equal. 设置文件。",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="JSON", help="Write the answer there. 结果文件。", show_default=False
        ),
    ] = None,
    memory_limit: LimitOption = None,
) -> None:
    """Judge published procurement data: raised, clear, or not assessable and why.

    对公开采购数据计算红旗指标：提示、未提示，或无法判断及原因。
    """
    if settings and not equal:
        raise Invalid(Text("--settings 须与 --equal 同用。", "--settings goes with --equal."))
    asked: Sent = "theirs" if equal else "ours"
    with _lines(call, file, store, memory_limit, as_it_is=equal, sent=asked) as (
        connection,
        is_kept,
    ):
        if equal:
            _write(_as_theirs(connection, settings, is_kept=is_kept), out)
            return
        from paizhu.analysis.ocds.judging import flags_as_json, judge

        declared = _declared()
        found = judge(connection, declared, is_kept=is_kept, with_flags=False)
        if out or call.as_json:
            _write_judgement(found, flags_as_json(connection), out)
        if not call.as_json:
            call.answer(None, list(_summary(found, declared)))
        if any(one.raised for one in found.outcomes):
            raise Leave(FOUND)


def _as_theirs(
    connection: duckdb.DuckDBPyConnection, settings: Path | None, *, is_kept: bool
) -> dict[str, Any]:
    from paizhu.analysis.ocds.equal import answer
    from paizhu.analysis.ocds.settings import Settings, from_file

    return answer(connection, from_file(settings) if settings else Settings(), is_kept=is_kept)


def why(
    call: Call,
    code: Annotated[str, typer.Argument(metavar="CODE", help="Such as R024. 指标。")],
    who: Annotated[str, typer.Argument(metavar="ID", help="Process or organization. 编号。")],
    file: FileArgument = None,
    store: StoreOption = None,
    memory_limit: LimitOption = None,
) -> None:
    """Explain a flag: the finding in words, why it is asked, and the rows it rests on.

    说明一个标志：事实、理由和所依据的行。
    """
    from paizhu.analysis.ocds import tables
    from paizhu.analysis.ocds.judging import judge

    declared = _declared()
    if code not in declared.indicators:
        raise NotFound(Text(
            f"没有指标“{code}”；有：{'、'.join(declared.indicators)}。",
            f"There is no indicator “{code}”; there are: {', '.join(declared.indicators)}."))  # fmt: skip
    with _lines(call, file, store, memory_limit) as (connection, is_kept):
        judged = judge(connection, declared, is_kept=is_kept)
        found = [f for f in judged.flags if (f.code, f.who) == (code, who)]
        if not found:
            raise NotFound(Text(f"{who} 没有 {code} 标志。", f"{who} has no flag {code}."))
        told = declared.indicators[code].model_dump(mode="json")
        rows = {f.rows: tables.rows_at(connection, f.rows) for f in found}
        value = [{"flag": f, "indicator": told, "rows": rows[f.rows]} for f in found]
        call.answer(value, [line for f in found for line in _why(f, rows[f.rows], declared)])


# --- what is judged -------------------------------------------------------------------------------


@contextmanager
def _lines(
    call: Call,
    file: Path | None,
    store: str | None,
    memory_limit: str | None,
    *,
    as_it_is: bool = False,
    sent: Sent = "kept",
) -> Iterator[tuple[duckdb.DuckDBPyConnection, bool]]:
    """Open a file, a store, or a store into which a file is loaded first; a store has its facts ready."""
    if file is None and store is None:
        raise Invalid(Text("请指明文件或 --store。", "Name a file, or --store."))
    limit = memory_limit or MEMORY_LIMIT
    if not gc.isenabled():
        # A process of this command alone: what it has read so far is not looked through when it ends.
        gc.freeze()
    from paizhu.analysis.ocds import reading, tables

    if store is not None:
        from paizhu.analysis.ocds import facts
        from paizhu.analysis.ocds import store as kept

        place = kept.opened(call.data, store, on=call.today)
        connection = tables.connect(spill=place.spill, memory_limit=limit)
        if file is not None:
            place, _ = kept.load(connection, file, place, now=call.now)
        if not place.files():
            raise Invalid(Text(f"“{store}”中还没有数据。", f"There is nothing in “{store}” yet."))
        folder = facts.ready(connection, place)
        tables.put_lines(connection, place.files())
        facts.see(connection, folder)
        yield connection, True
        return
    assert file is not None
    folder = Path(tempfile.mkdtemp(prefix="paizhu-ocds-"))
    try:
        is_small = file.is_file() and file.stat().st_size <= reading.SMALL
        threads = 1 if is_small else tables.THREADS
        connection = tables.connect(spill=folder / "spill", memory_limit=limit, threads=threads)
        reading.see_lines(connection, file, folder=folder, as_it_is=as_it_is, sent=sent)
        yield connection, False
    finally:
        shutil.rmtree(folder)


def _declared() -> Indicators:
    from paizhu.analysis.ocds.indicators import load_indicators
    from paizhu.cli.packfolders import folders

    return load_indicators(folders())


def _write(value: object, out: Path | None) -> None:
    with _opened(out) as file:
        file.write(json.dumps(value, ensure_ascii=False))


def _write_judgement(found: Judgement, flags: Iterable[str], out: Path | None) -> None:
    told = {
        "rows": found.rows,
        "counted": found.counted,
        "nameless": found.nameless,
        "superseded": found.superseded,
        "outcomes": plain(found.outcomes),
        "fences": plain(found.fences),
    }
    with _opened(out) as file:
        file.write(json.dumps(told, ensure_ascii=False).removesuffix("}"))
        file.write(f', "flags": [{", ".join(flags)}]}}')


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        sys.stdout.write("\n")
        return
    with out.open("w", encoding="utf-8") as file:
        yield file


# --- in words -------------------------------------------------------------------------------------


def _loaded(part: Part | None, file: Path) -> Text:
    if part is None:
        return Text(
            f"{file.name} 此前已导入，没有变化。",
            f"{file.name} was loaded before and has not changed.",
        )
    return Text(
        f"{part.source}：读入 {part.rows_read:,} 行，新增 {part.rows:,} 行。",
        f"{part.source}: {part.rows_read:,} rows read, {part.rows:,} new.",
    )


def _summary(found: Judgement, declared: Indicators) -> Iterator[Text]:
    yield Text(
        f"{found.rows:,} 行，{found.counted:,} 个项目；{found.nameless:,} 行没有编号，{found.superseded:,} 行已有更新",
        f"{found.rows:,} rows, {found.counted:,} processes; {found.nameless:,} rows without an id, "
        f"{found.superseded:,} replaced by later ones",
    )
    for one in found.outcomes:
        title = declared.indicators[one.code].title
        unknown, outside = sum(one.not_assessable.values()), sum(one.outside.values())
        yield Text(
            f"{one.code} {title.zh}：提示 {one.raised:,}，未提示 {one.clear:,}，无法判断 {unknown:,}，不适用 {outside:,}",
            f"{one.code} {title.en}: raised {one.raised:,}, clear {one.clear:,}, "
            f"not assessable {unknown:,}, outside {outside:,}",
        )
        for why_not, count in one.not_assessable.items():
            say = declared.not_assessable[why_not]
            yield Text(f"    {say.zh}：{count:,}", f"    {say.en}: {count:,}")


def _why(flag: Raised, rows: list[dict[str, Any]], declared: Indicators) -> Iterator[Text | str]:
    indicator = declared.indicators[flag.code]
    words = {
        "who": flag.who,
        "value": f"{flag.value:,.4g}" if abs(flag.value) < 1000 else f"{flag.value:,.2f}",
        "threshold": f"{flag.threshold:,.6g}" if flag.threshold is not None else "–",
        "processes": f"{len(flag.rows):,}",
        "detail": flag.detail or "",
    }
    yield Text(indicator.says.zh.format(**words), indicator.says.en.format(**words))
    yield indicator.why
    for alarm in indicator.known_false_alarms:
        yield Text(f"  常见误报：{alarm.zh}", f"  known false alarm: {alarm.en}")
    for row in rows:
        yield f"  {row['row']}  {row['ocid']}  {row['method'] or ''}  {row['end_at'] or ''}"
        for bid in row["bids"] or ():
            who = ", ".join(str(one) for one in bid["tenderers"])
            yield f"      {bid['status']}  {bid['amount']} {bid['currency'] or ''}  {who}  {bid['sent_at'] or ''}"
        for award in row["awards"] or ():
            who = ", ".join(str(one) for one in award["suppliers"])
            yield f"      → {award['status']}  {award['amount']} {award['currency'] or ''}  {who}"
