"""What the rules in force say about themselves: manual pages, and the words of the packs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from paizhu.casework import rulebook
from paizhu.casework.groups import Grouped, grouped
from paizhu.kernel.text import Text
from paizhu.rules.rulebook import RunnableProcedure


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure in the list of manual pages."""

    name: str
    title: Text
    summary: Text | None
    since: date


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the packs in both languages, and where it is used."""

    said: Text
    where: Text


def procedures(on: date) -> tuple[Grouped[Entry], ...]:
    """List what has a manual page, by kind of work."""
    found = [
        Entry(one.name, one.title, one.spec.summary, one.effective_from) for one in _in_force(on)
    ]
    return grouped(found, lambda entry: entry.name)


def versions(name: str) -> tuple[RunnableProcedure, ...]:
    """Give every version of a procedure, the first first; none of one that is not there."""
    return rulebook.current().procedures.get(name, ())


def titles() -> dict[str, Text]:
    """Give the title of every procedure by its key."""
    return {name: those[-1].title for name, those in rulebook.current().procedures.items()}


def words(on: date) -> tuple[tuple[Text, tuple[Word, ...]], ...]:
    """Give the words of the packs by what they name, each once, in the order they are met."""
    running = tuple(_in_force(on))
    return (
        (Text("程序", "Procedures"), _once((one.title, None) for one in running)),
        (Text("角色", "Roles"), _once((r.title, p.title) for p in running for r in p.spec.roles.values())),
        (Text("阶段", "Stages"), _once((s.title, p.title) for p in running for s in p.spec.stages.values())),
        (Text("时限", "Time limits"), _once((c.title, p.title) for p in running for c in p.spec.clocks.values())),
        (Text("文书", "Documents"), _once((d.title, p.title) for p in running for d in p.spec.documents.values())),
        (
            Text("规范性文件", "Instruments"),
            _once((one.title, None) for one in rulebook.current().instruments.values()),
        ),
    )  # fmt: skip


def _in_force(on: date) -> Iterator[RunnableProcedure]:
    for those in rulebook.current().procedures.values():
        in_force = [one for one in those if one.effective_from <= on]
        if in_force:
            yield in_force[-1]


#: So many procedures are named beside a word; a word used everywhere is used everywhere.
_FEW = 3


def _once(found: Iterator[tuple[Text, Text | None]]) -> tuple[Word, ...]:
    used: dict[Text, list[Text]] = {}
    for said, where in found:
        used.setdefault(said, []).extend([where] if where else [])
    return tuple(Word(said, _named(list(dict.fromkeys(those)))) for said, those in used.items())


def _named(those: list[Text]) -> Text:
    more = len(those) - _FEW
    zh, en = "、".join(t.zh for t in those[:_FEW]), ", ".join(t.en for t in those[:_FEW])
    return (
        Text(f"{zh}等 {len(those)} 个程序", f"{en} and {more} more") if more > 0 else Text(zh, en)
    )
