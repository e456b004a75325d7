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
