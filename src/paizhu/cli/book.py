"""Verbs over the ledger: tick, verify, rebuild, checkpoint, dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paizhu.cli.call import FOUND, Call, Leave, moment
from paizhu.cli.installation import open_data
from paizhu.cli.verbs import AsOption, verb
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    verb(app, "tick")(tick)
    verb(app, "verify", reads=True)(verify)
    verb(app, "rebuild", reads=True)(rebuild)
    verb(app, "checkpoint")(checkpoint)
    verb(app, "dossier")(dossier)


def tick(
    call: Call,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="MOMENT",
            help="The moment to act at; else that of this machine. 以此刻为准。",
        ),
    ] = None,
) -> None:
    """Do what time alone brings: warnings, new calendars, sealed reads, a checkpoint a day.

    到时发生的事：提示期限、采用新日历、封存阅读记录、签署检查点。

    It may be run again at any time. 可重复运行。
    """
    at = moment(now, option="--now") if now else call.now
    open_data(call, make=True)
    from paizhu.analysis import sources
    from paizhu.casework import ticking

    done = ticking.tick(at)
    removed = sources.remove_expired(now=at)
    if removed:
        call.say(
            Text(
                f"已删除到期或停用数据源的数据 {removed} 份。",
                f"The rows of {removed} loads are deleted: their sources expired or ended.",
            )
        )
    call.say(
        Text(
            f"提示 {done.warned} 条，采用新日历 {done.adopted} 件，封存阅读记录 {done.sealed_days} 天"
            + (f"，检查点至第 {done.checkpoint} 页。" if done.checkpoint else "。"),
            f"{done.warned} {Word(done.warned):warning|warnings}, {done.adopted} {Word(done.adopted):matter|matters} on a newer calendar, {done.sealed_days} "
            "days of reads sealed"
            + (f", checkpoint at page {done.checkpoint}." if done.checkpoint else "."),
        )
    )


def verify(
    call: Call,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="CHECKPOINT",
            help="A checkpoint kept elsewhere. 由外部保管的检查点文件。",
        ),
    ] = None,
) -> None:
    """Verify the book page by page; name each page that is not what was written.

    逐页核验台账；有改动即指明页码。
    """
    open_data(call)
    from paizhu.ledger import checkpoints
    from paizhu.ledger.verify import verify as verified

    kept = checkpoints.read(against) if against else None
    key = checkpoints.public_key(call.data / "keys")
    report = verified(against=kept, key=key)
    value = {
        "good": report.is_good,
        "pages": report.pages,
        "digest": report.digest,
        "against": str(against) if against else None,
        "findings": report.findings,
    }
    outcome = Text(
        f"核验通过：{report.pages} 页，末页摘要 {report.digest}。",
        f"The book is good: {report.pages} {Word(report.pages):page|pages}, the last is {report.digest}.",
    )
    if not report.is_good:
        outcome = Text(
            f"核验不通过：{report.pages} 页中发现 {len(report.findings)} 处问题。",
            f"The book is NOT good: {len(report.findings)} {Word(len(report.findings)):finding|findings} in {report.pages} {Word(report.pages):page|pages}.",
        )
    pages = [
        Text(f"第 {f.seq} 页 [{f.where}]：{f.say.zh}", f"page {f.seq} [{f.where}]: {f.say.en}")
        for f in report.findings
    ]
    call.answer(value, [*pages, outcome])
    if not report.is_good:
        raise Leave(FOUND)


def rebuild(
    call: Call,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare; change nothing. 只比较，不改动。")
    ] = False,
) -> None:
    """Fold every matter again from the book; compare with the tables, or write them anew.

    由台账重算每个事项；与数据表比较，或重写数据表。
    """
    open_data(call)
    from paizhu.casework import rebuilding

    if not check:
        written = rebuilding.rebuild()
        value = {"rebuilt": written}
        call.answer(
            value,
            [
                Text(
                    f"已重写 {written} 个事项。",
                    f"{written} {Word(written):matter|matters} written anew.",
                )
            ],
        )
        return
    found = rebuilding.check()
    is_good = not found.differences
    outcome = Text(
        f"{found.matters} 个事项与台账一致。" if is_good
        else f"{found.matters} 个事项中有 {len(found.differences)} 处与台账不符。",
        f"{found.matters} {Word(found.matters):matter is|matters are} what the book says." if is_good
        else f"{len(found.differences)} {Word(len(found.differences)):difference|differences} in {found.matters} {Word(found.matters):matter|matters}.",
    )  # fmt: skip
    value = {"good": is_good, "matters": found.matters, "differences": found.differences}
    call.answer(value, [*(one.say for one in found.differences), outcome])
    if not is_good:
        raise Leave(FOUND)


def checkpoint(
    call: Call,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to write it. 写到哪个文件。")
    ],
) -> None:
    """Sign where the book ends and write that to a file, for an outside witness.

    签署台账末页并写成文件，交外部单位保管。
    """
    open_data(call)
    from paizhu.ledger import checkpoints

    if not out.parent.is_dir():
        raise Invalid(
            Text(f"目录 {out.parent} 不存在。", f"There is no folder {out.parent}."),
        )
    signed = checkpoints.sign(call.now, keys=call.data / "keys")
    checkpoints.write(signed, out)
    call.say(
        Text(
            f"已签署至第 {signed.seq} 页，写入 {out}。请交外部单位保管；日后用 paizhu verify --against 核对。",
            f"Signed up to page {signed.seq}, written to {out}. Give it to another office; later "
            "compare with paizhu verify --against.",
        )
    )


def dossier(
    call: Call,
    ref: Annotated[str, typer.Argument(help="Reference of the matter. 事项编号。")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new folder. 新目录。")],
    username: AsOption = None,
) -> None:
    """Write the dossier of a matter to a folder that verifies without this software.

    把事项卷宗写入目录；外部单位不用本软件即可核验。
    """
    open_data(call)
    from paizhu.cli import dossiers

    dossiers.write(call, ref, out, username=username)
