"""The three families of refusal. Each says what happened, why, and what to do now."""

from __future__ import annotations

from collections.abc import Mapping

from paizhu.kernel.text import Text


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an accident
    """Something was refused; nothing was stored."""

    def __init__(self, say: Text, *, basis: str = "") -> None:
        super().__init__(say.en)
        self.say = say
        #: The provision or declared rule that refuses, as `instrument/slug`, or empty.
        self.basis = basis


class NotAllowed(Refused):
    """A rule says no."""


class Invalid(Refused):
    """The input is wrong; `fields` says where, by field name."""

    def __init__(
        self, say: Text, *, fields: Mapping[str, Text] | None = None, basis: str = ""
    ) -> None:
        super().__init__(say, basis=basis)
        self.fields = dict(fields or {})


class NotFound(Refused):
    """There is no such thing, or you may not know of it. The two are one answer."""


class Conflict(Refused):
    """Somebody acted since the page was shown; nothing was stored."""
