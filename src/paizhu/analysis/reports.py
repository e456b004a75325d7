"""What an import answers: what was read, kept, refused, and how good the data are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from paizhu.analysis.forbidden import Forbidden
from paizhu.analysis.mapping import ColumnMap, Guess
from paizhu.analysis.problems import Problem
from paizhu.analysis.quality import Quality
from paizhu.kernel.text import Text, Word

Keep = Literal["good", "all_or_nothing"]
#: `stored`: rows came in; `checked`: a dry run; `known`: this file is here already;
#: `refused`: nothing was stored.
Outcome = Literal["stored", "checked", "known", "refused"]
#: Called with the step (`check`, `read`, `store`) and the rows done so far.
Progress = Callable[[str, int], None]

#: So many problems are kept with their place; all are counted.
MOST_PROBLEMS: Final = 1000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The answer to one import; `problems` has sheet, row and column of each."""

    kind: str
    file: str
    source: str
    outcome: Outcome
    say: Text
    digest: str = ""
    sheet: str = ""
    rows_read: int = 0
    kept: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    forbidden: tuple[Forbidden, ...] = ()
    mapping: ColumnMap | None = None
    guesses: tuple[Guess, ...] = ()
    #: Sheets of the file that were not read.
    other_sheets: tuple[str, ...] = ()
    quality: Quality = field(default_factory=Quality)
    load: int | None = None

    @property
    def stored(self) -> bool:
        return self.outcome == "stored"


@dataclass(slots=True)
class ProblemList:
    """Problems as they come in; the first thousand are kept, all are counted."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, problem: Problem) -> None:
        """Take one more problem into account."""
        self.total += 1
        if len(self.kept) < MOST_PROBLEMS:
            self.kept.append(problem)


def say_outcome(outcome: Outcome, *, read: int, kept: int, refused: int) -> Text:
    """Say in one sentence what became of the file."""
    counts_zh = f"读取 {read} 行，合格 {kept} 行，退回 {refused} 行。"
    counts_en = f"{read} {Word(read):row|rows} read, {kept} good, {refused} refused."
    return {
        "stored": Text(f"已导入。{counts_zh}", f"Imported. {counts_en}"),
        "checked": Text(f"只作检查，没有保存。{counts_zh}", f"Checked only, nothing was stored. {counts_en}"),
        "known": Text("同一文件已经导入过，没有重复保存。", "This very file is already here; nothing was stored twice."),
        "refused": Text(f"没有导入，什么也没有保存。{counts_zh}请按下列位置更正后重新导入。",
                        f"Not imported, nothing was stored. {counts_en} Mend the places below and import again."),
    }[outcome]  # fmt: skip
