"""Mistakes in declarations: where, what, and what would be allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend in one file. A warning does not keep the pack from being used."""

    file: str
    line: int
    #: The keys that lead to the place, joined by dots: `actions.dispose.to`.
    key: str
    say: Text
    allowed: tuple[str, ...] = ()
    is_warning: bool = False

    def show(self, lang: str) -> str:
        """Give the mistake on one line, the way an editor can jump to it."""
        place = (
            f"{self.file}:{self.line}: {self.key}: " if self.key else f"{self.file}:{self.line}: "
        )
        words = Text("允许：", "Allowed: ").say(lang) + ", ".join(self.allowed)
        return place + self.say.say(lang) + (f" {words}" if self.allowed else "")


class PackErrors(Invalid):
    """The packs cannot be used as they are; `mistakes` says why, one by one."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        count = len(mistakes)
        super().__init__(
            Text(
                f"规则包有 {count} 处错误，未予采用。请按下列位置逐一更正。",
                f"The packs hold {count} {Word(count):mistake|mistakes} and were not taken up. Mend each place named below.",
            )
        )
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        return "\n".join([self.say.en, *(mistake.show("en") for mistake in self.mistakes)])


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Give the one of `names` that was probably meant."""
    return next(iter(get_close_matches(name, sorted(names), n=1, cutoff=0.6)), None)


def unknown_name(what: Text, name: str, names: Iterable[str]) -> Text:
    """Say that `name` is not a declared `what`, and which one was probably meant."""
    near = nearest(name, names)
    return Text(
        f"没有名为“{name}”的{what.zh}" + (f"，是否想写“{near}”？" if near else "。"),
        f"There is no {what.en} named “{name}”" + (f"; did you mean “{near}”?" if near else "."),
    )
