"""A text in both languages, side by side; neither may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words for a reader, in Chinese and in English."""

    zh: str
    en: str

    #: Read by pydantic, which this floor does not import: unknown keys are errors.
    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    def say(self, lang: str) -> str:
        """Give the words in `lang`; anything that is not English is Chinese."""
        return self.en if lang.startswith("en") else self.zh


class Word(str):
    """What fills a place in a sentence: `{n} {n:row is|rows are}` says “1 row is”, “3 rows are”."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Choose the word that goes with a number; any other spec is that of a text."""
        one, either, more = spec.partition("|")
        if not either:
            return super().__format__(spec)
        return one if self == "1" else more
