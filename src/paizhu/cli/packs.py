"""The pack folders in use, and of their law only what one question needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from paizhu.cli.call import listed_by
from paizhu.cli.packfolders import folders
from paizhu.kernel.calendars import Calendar
from paizhu.kernel.counting import Counting
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.rules.law import LawBook
from paizhu.rules.mistakes import PackErrors, unknown_name
from paizhu.rules.reckoning import Law
from paizhu.rules.rulebook import Rulebook, calendar_of, counting_of
from paizhu.rules.shapes import shaped
from paizhu.rules.spec import Instrument, Pack


def rulebook(named: Sequence[Path] = ()) -> Rulebook:
    """Load and check the packs; raise PackErrors naming every mistake."""
    from paizhu.rules.load import load

    return load(folders(named))


def law_of(ref: str) -> Law:
    """Read only the files that hold `ref`, a calendar, and how to count.

    To count one date must not take as long as to check every rule; `check` is for that. What is not
    found this way is looked for in the whole rulebook, which names what was probably meant.
    """
    chosen = folders()
    row = ref.split(".")[0]
    instruments = _instruments_with(chosen, row)
    calendars = [file for folder in chosen for file in sorted(folder.glob("calendars/*.yaml"))]
    if not instruments or not calendars:
        whole = rulebook()
        known = {*whole.instruments, *whole.law.refs}
        if ref not in known:
            with listed_by("paizhu explain law"):
                raise NotFound(unknown_name(Text("依据", "basis"), ref, known))
        return Law(whole.law, _any_calendar(whole), whole.counting)
    book = LawBook({one.instrument: one for one in instruments})
    return Law(book, calendar_of(calendars[0].read_bytes()), _counting(chosen))


def _instruments_with(chosen: Sequence[Path], row: str) -> list[Instrument]:
    """Read the instrument a row stands in, and the one its provision stands in."""
    name = row.split("/")[0]
    found = _holding(chosen, rf"^(  {re.escape(name)}: *|instrument: *{re.escape(name)} *)$")
    rows = [r for one in found for r in (one.clocks.get(row), one.effects.get(row)) if r]
    others = {r.provision.split("/")[0] for r in rows if "/" in r.provision}
    for other in others - {one.instrument for one in found}:
        found += _holding(chosen, rf"^instrument: *{re.escape(other)} *$")
    return found


def _holding(chosen: Sequence[Path], pattern: str) -> list[Instrument]:
    found = []
    for file in (file for folder in chosen for file in sorted(folder.glob("law/*.yaml"))):
        data = file.read_bytes()
        if re.search(pattern.encode(), data, re.MULTILINE):
            value, mistakes = shaped(Instrument, data, file=file.as_posix())
            if value is None:
                raise PackErrors(mistakes)
            found.append(value)
    return found


def _counting(chosen: Sequence[Path]) -> Counting:
    for folder in chosen:
        pack, mistakes = shaped(
            Pack, (folder / "pack.yaml").read_bytes(), file=(folder / "pack.yaml").as_posix()
        )
        if pack is None:
            raise PackErrors(mistakes)
        if "counting" in pack.model_fields_set:
            return counting_of(pack.counting)
    return Counting()


def _any_calendar(book: Rulebook) -> Calendar:
    for calendar in book.calendars.values():
        return calendar
    raise NotFound(
        Text(
            "规则包中没有日历，无法计算日期。请在 calendars/ 下放入日历文件。",
            "No pack has a calendar, so no date can be counted. Put one into calendars/.",
        )
    )


__all__ = ["folders", "law_of", "rulebook"]
