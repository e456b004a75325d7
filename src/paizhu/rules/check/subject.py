"""A procedure under examination, with what it may refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paizhu.kernel.text import Text
from paizhu.rules.law import LawBook
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.shelf import Filed, Shelf
from paizhu.rules.spec import Procedure

ROLE = Text("角色", "role")
FIELD = Text("字段", "field")
STAGE = Text("阶段", "stage")
ACTION = Text("动作", "action")
CLOCK = Text("时限", "clock")
DOCUMENT = Text("文书", "document")
PROCEDURE = Text("程序", "procedure")
BASIS = Text("依据", "basis")
CALENDAR = Text("日历", "calendar")


@dataclass(frozen=True, slots=True)
class Subject:
    """A procedure version as it would run, and the file its mistakes are reported in."""

    filed: Filed[Procedure]
    #: The procedure of the file, or the same with tightenings laid over it.
    spec: Procedure
    law: LawBook
    shelf: Shelf

    def mistake(
        self, *keys: object, say: Text, allowed: Sequence[str] = (), is_warning: bool = False
    ) -> Mistake:
        """Name a mistake in the procedure's file."""
        return self.filed.mistake(*keys, say=say, allowed=allowed, is_warning=is_warning)

    def known(
        self, keys: Sequence[object], name: str, names: Iterable[str], *, what: Text
    ) -> Iterator[Mistake]:
        """Report `name` unless it is one of `names`."""
        names = tuple(names)
        if name not in names:
            yield self.mistake(*keys, say=unknown_name(what, name, names), allowed=names)

    def all_known(
        self, keys: Sequence[object], given: Iterable[str], names: Iterable[str], *, what: Text
    ) -> Iterator[Mistake]:
        """Report each of a list that is not one of `names`."""
        names = tuple(names)
        for number, name in enumerate(given):
            yield from self.known((*keys, number), name, names, what=what)
