"""`paizhu doctor`: what this installation stands on, and what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from paizhu.casework import health
from paizhu.casework.health import Looked, machine
from paizhu.cli.call import FOUND, Call, Leave
from paizhu.cli.installation import open_data
from paizhu.cli.packs import folders, rulebook
from paizhu.kernel.errors import Refused
from paizhu.kernel.text import Text
from paizhu.rules.mistakes import PackErrors

#: `paizhu check` lists them all.
MOST_MISTAKES = 10


def examine(call: Call) -> None:
    """Look at everything; leave with 1 if anything must be mended."""
    found = [*machine(call.data), *_packs(), *_data(call)]
    marks = {True: "✓", False: "✗"}
    lines = [
        Text(f"{marks[one.is_good]} {one.say.zh}", f"{marks[one.is_good]} {one.say.en}")
        for one in found
    ]
    good = all(one.is_good for one in found)
    call.answer({"good": good, "checks": found}, lines)
    if not good:
        raise Leave(FOUND)


def _packs() -> Iterator[Looked]:
    names = ", ".join(folder.name for folder in folders())
    try:
        book = rulebook()
    except Refused as refused:
        say = Text(f"规则包 {names}：{refused.say.zh}", f"packs {names}: {refused.say.en}")
        yield Looked("packs", say, is_good=False)
        if isinstance(refused, PackErrors):
            for mistake in refused.mistakes[:MOST_MISTAKES]:
                place = Text(mistake.show("zh"), mistake.show("en"))
                yield Looked("mistake", place, is_good=False)
        return
    count = sum(map(len, book.procedures.values()))
    say = Text(
        f"规则包 {names}：{count} 个程序版本", f"packs {names}: {count} versions of procedures"
    )
    yield Looked("packs", say)


# --- the data folder ----------------------------------------------------------------------------


def _data(call: Call) -> Iterator[Looked]:
    on_server = bool(os.environ.get("PAIZHU_DATABASE_URL"))
    if not on_server and not (call.data / "paizhu.sqlite3").is_file():
        yield Looked("data", Text(f"{call.data} 中还没有数据", f"no data in {call.data} yet"))
        return
    yield from health.modes(call.data)
    try:
        open_data(call)
    except Refused as refused:
        yield Looked("tables", refused.say, is_good=False)
        return
    yield Looked("tables", Text("数据表为本版本的结构", "the tables are those of this version"))
    yield health.database()
    yield health.triggers()
    yield health.checkpoint(now=call.now)
