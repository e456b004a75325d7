"""A length of time as the rules write it: `5 working days`, `1 month`, `24 hours`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from paizhu.kernel.text import Text

Unit = Literal["working_day", "day", "month", "year", "hour"]

UNITS: Final[tuple[Unit, ...]] = get_args(Unit)

#: What a file may write after the number; one and many are both read.
_WORDS: Final[dict[str, Unit]] = {
    word + plural: unit
    for unit in UNITS
    for word in (unit.replace("_", " "),)
    for plural in ("", "s")
}

_SAY_ZH: Final[dict[Unit, str]] = {
    "working_day": "个工作日",
    "day": "日",
    "month": "个月",
    "year": "年",
    "hour": "小时",
}

#: No rule counts further, and a calendar date would run out of years.
_MOST: Final = 999

_ALLOWED: Final = (
    f"a whole number from 1 to {_MOST} and one of: working days, days, months, years, hours "
    "(such as '5 working days', '1 month', '24 hours')"
)

_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,2}) ([a-z]+(?: [a-z]+)?)")


@dataclass(frozen=True, slots=True)
class Period:
    """A number of working days, days, months, years or hours."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 1 <= self.value <= _MOST or self.unit not in UNITS:
            raise ValueError(f"{self.value} {self.unit} is not a period; write {_ALLOWED}")

    @classmethod
    def parse(cls, raw: object) -> Period:
        """Read `5 working days`; raise ValueError saying what is allowed for anything else."""
        found = _WRITTEN.fullmatch(raw.strip()) if isinstance(raw, str) else None
        unit = _WORDS.get(found[2]) if found else None
        if found is None or unit is None:
            raise ValueError(f"{raw!r} is not a period; write {_ALLOWED}")
        return cls(int(found[1]), unit)

    def __str__(self) -> str:
        plural = "" if self.value == 1 else "s"
        return f"{self.value} {self.unit.replace('_', ' ')}{plural}"

    @property
    def text(self) -> Text:
        """Give the words of the rule in both languages: 5个工作日, 5 working days."""
        return Text(zh=f"{self.value}{_SAY_ZH[self.unit]}", en=str(self))

    def say(self, lang: str) -> str:
        """Give the words of the rule in `lang`."""
        return self.text.say(lang)
