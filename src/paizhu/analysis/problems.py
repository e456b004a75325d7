"""What is wrong with a sheet, and where exactly: sheet, row, column."""

from __future__ import annotations

from dataclasses import dataclass

from paizhu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a sheet. `row` 0 means the file as a whole.

    `value` is what stood there, cut short; it is empty where the value must not be repeated.
    """

    sheet: str
    row: int
    column: str
    value: str
    say: Text

    def show(self, lang: str) -> str:
        """Give the problem on one line, with its place in front."""
        parts = [f"“{self.sheet}”"]
        if self.row:
            parts.append(Text(f"第 {self.row} 行", f"row {self.row}").say(lang))
        if self.column:
            parts.append(Text(f"{self.column} 列", f"column {self.column}").say(lang))
        return f"{' '.join(parts)}: {self.say.say(lang)}"


def cut(value: object, *, longest: int = 60) -> str:
    """Give a value short enough to be shown in a report."""
    words = str(value)
    return words if len(words) <= longest else words[: longest - 1] + "…"


def letter(index: int) -> str:
    """Give the letters of the column at `index`, counted from 0: A, B, … Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
