"""One use of the command: where the data are, which language, lines or JSON, and the moment."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from paizhu.kernel.errors import Invalid, NotFound, Refused
from paizhu.kernel.text import Lang, Text

if TYPE_CHECKING:
    from rich.console import Console

#: A check found something.
FOUND = 1
#: Wrong use: what was asked cannot be answered.
WRONG_USE = 2


class Leave(SystemExit):
    """End the command with an exit code; everything is said already."""


@dataclass(frozen=True, slots=True)
class Call:
    """How this use of the command was made, and the way its answer goes."""

    data: Path
    lang: Lang
    as_json: bool
    now: datetime

    @property
    def today(self) -> date:
        """Give the day it is at the place of this machine."""
        return self.now.astimezone().date()

    def say(self, text: Text | str) -> None:
        """Write a line."""
        words = text if isinstance(text, str) else text.say(self.lang)
        sys.stdout.write(words + "\n")

    def show(self, value: object) -> None:
        """Write the answer as JSON, texts in both languages."""
        sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")

    def answer(self, value: object, lines: Sequence[Text | str]) -> None:
        """Write the value as JSON, or else the lines for a reader."""
        if self.as_json:
            self.show(value)
            return
        for line in lines:
            self.say(line)

    def refuse(self, refused: Refused, *, code: int = WRONG_USE) -> NoReturn:
        """Say what was refused and why, and leave."""
        fields = {name: say.say(self.lang) for name, say in getattr(refused, "fields", {}).items()}
        mistakes = getattr(refused, "mistakes", ())
        if self.as_json:
            error = {"say": refused.say, "basis": refused.basis, "fields": fields}
            error |= {"mistakes": mistakes} if mistakes else {}
            self.show({"error": error})
        else:
            lines = [refused.say.say(self.lang), *(f"  {name}: {fields[name]}" for name in fields)]
            lines += [mistake.show(self.lang) for mistake in mistakes]
            sys.stderr.write("\n".join(lines) + "\n")
        raise Leave(code)

    def console(self) -> Console:
        """Give a console for tables and progress; made only where one is used."""
        from rich.console import Console

        return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


@contextmanager
def listed_by(command: str) -> Iterator[None]:
    """Where a name is not found, say by which command all names are listed."""
    try:
        yield
    except NotFound as none:
        where = Text(f"全部列表：{command}", f"All are listed by: {command}")
        both = Text(f"{none.say.zh}{where.zh}", f"{none.say.en} {where.en}")
        raise NotFound(both, basis=none.basis) from None


def plain(value: object) -> object:
    """Give what JSON has a form for: texts by language, days and moments in ISO, amounts as text."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Path):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(str(inner) for inner in value)
    return value


def language(wanted: str | None) -> Lang:
    """Choose the language: what was asked for, else LANG; Chinese unless it says English."""
    words = wanted or os.environ.get("LANG", "")
    return "en" if words.lower().startswith("en") else "zh"


def day(raw: str, *, option: str) -> date:
    """Read a day; raise Invalid naming the option."""
    try:
        return date.fromisoformat(raw)
    except ValueError:
        say = Text(
            f"{option} 的日期“{raw}”无法识别，请写成 2025-09-26 这样的日期。",
            f"{option}: “{raw}” is not a day. Write it like 2025-09-26.",
        )
        raise Invalid(say, fields={option: say}) from None


def moment(raw: str, *, option: str) -> datetime:
    """Read a moment; without a zone it is meant in the time of this machine."""
    try:
        return datetime.fromisoformat(raw).astimezone()
    except ValueError:
        say = Text(
            f"{option} 的时间“{raw}”无法识别，请写成 2025-09-26T08:30 这样的时间。",
            f"{option}: “{raw}” is not a moment. Write it like 2025-09-26T08:30.",
        )
        raise Invalid(say, fields={option: say}) from None
