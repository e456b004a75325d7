"""Take running matters over to a calendar that has a newly published year.

Dates beyond the last published year are provisional. When the year arrives as one more entry in
the calendar file, each running matter gets a `rules_changed` entry that says which due days moved
and why; closed matters keep the calendar they ended under. A calendar that changes a year already
published is a correction, which a person must approve, so it is left alone here.
"""

from __future__ import annotations

import json
from datetime import datetime

from paizhu.casework import rulebook, tables, writing
from paizhu.casework.models import Matter
from paizhu.engine import steps
from paizhu.engine.clocks import due_of
from paizhu.engine.entries import Value
from paizhu.engine.rights import When
from paizhu.engine.state import State, apply, fold
from paizhu.kernel.calendars import Calendar
from paizhu.kernel.digest import canonical, digest
from paizhu.ledger import book, texts
from paizhu.rules.rulebook import RunnableProcedure


def adopt_calendars(now: datetime) -> int:
    """Take over every running matter whose calendar has grown; give how many. Idempotent."""
    when = writing.moment(now, None)
    running = Matter.objects.filter(is_final=False)
    adopted = 0
    for old_digest in sorted(set(running.values_list("rules", flat=True))):
        newer = _with_grown_calendar(rulebook.rules_of(old_digest))
        if newer is None:
            continue
        for matter in running.filter(rules=old_digest).order_by("pk"):
            _adopt(matter, newer, when)
            adopted += 1
    return adopted


def _with_grown_calendar(old: RunnableProcedure) -> RunnableProcedure | None:
    """Give the same procedure under the calendar now in use, if that only adds years."""
    calendar = rulebook.current().calendars.get(old.calendar.name)
    if calendar is None or not _only_adds_years(old.calendar, calendar):
        return None
    manifest = json.loads(old.manifest)
    text = next(
        text
        for text in rulebook.current().texts.values()
        if text.kind == "calendar" and text.name == calendar.name
    )
    manifest["calendar"] = text.digest
    data = canonical(manifest)
    name = digest(data)
    texts.keep(
        [
            texts.Kept(text.digest, text.kind, text.name, text.data),
            texts.Kept(name, "manifest", old.name, data),
        ]
    )
    return rulebook.rules_of(name)


def _only_adds_years(old: Calendar, new: Calendar) -> bool:
    grown = set(new.years) > set(old.years)
    return grown and all(new.years[year] == old.years[year] for year in old.years)


def _adopt(matter: Matter, newer: RunnableProcedure, when: When) -> None:
    with book.writing() as pen:
        before = fold(book.entries_of(matter.ref), rulebook.rules_of)
        old = rulebook.rules_of(before.rules)
        years = sorted(set(newer.calendar.years) - set(old.calendar.years))
        payload: dict[str, Value] = {
            "before": old.digest,
            "after": newer.digest,
            "reasons": "calendar years published: " + ", ".join(str(year) for year in years),
            "clocks": _moved(before, old, newer),
        }
        entry = steps.by_rule(before, newer, "rules_changed", payload=payload, when=when)
        entry = pen.append(matter.ref, entry).entry
        after = apply(before, entry, newer)
        tables.update_matter(matter.pk, (before, old), (after, newer))


def _moved(state: State, old: RunnableProcedure, newer: RunnableProcedure) -> Value:
    """Give each running clock whose due day differs: was, is."""
    moved: list[Value] = []
    for run in state.running():
        was, is_now = due_of(run, old).date, due_of(run, newer).date
        if was != is_now and was is not None and is_now is not None:
            moved.append(
                {"clock": run.clock, "run": run.run, "was": was.isoformat(),
                 "is": is_now.isoformat()}
            )  # fmt: skip
    return moved
