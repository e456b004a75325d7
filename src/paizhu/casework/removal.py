"""Lawful removal of what a closed matter holds: two persons, reasons, a trace; rows follow."""

from __future__ import annotations

from datetime import datetime

from paizhu.casework import rulebook, search_index, tables, writing
from paizhu.casework.access import get_matter
from paizhu.engine import rights
from paizhu.engine.state import fold
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book, shred
from paizhu.registry.principals import Who


def remove(*, actor: Who, approved_by: Who, ref: str, reasons: str, now: datetime) -> int:
    """Remove the content of a closed matter; give the page that says so.

    Both persons need a role that the procedure lets remove, and may not be the same one. Headers,
    digests and the chain stay: that there was a matter, its steps and days.
    """
    bench = writing.bench(actor, get_matter(actor, ref))
    second = writing.bench(approved_by, get_matter(approved_by, ref))
    allowed = set(bench.procedure.spec.may.remove)
    for one in (bench, second):
        if not allowed & set(rights.roles_in(one.state, one.actor)):
            raise NotAllowed(
                Text(
                    "移除内容须由程序规定的两类岗位人员共同办理。",
                    "Removing content takes two persons in the roles that the procedure names.",
                )
            )
    if not bench.procedure.spec.stages[bench.state.stage].final:
        raise NotAllowed(
            Text(
                "事项尚未办结，不能移除内容。", "The matter is not closed; nothing may be removed."
            )
        )
    before = (bench.state, bench.procedure)
    appended = shred.remove(
        ref,
        by=actor.key,
        name=actor.name.zh,
        post=next(iter(rights.roles_in(bench.state, bench.actor).values())),
        approved_by=approved_by.key,
        reasons=reasons,
        now=writing.moment(now, None).at,
    )
    state = fold(book.entries_of(ref), rulebook.rules_of)
    tables.update_matter(bench.matter, before, (state, bench.procedure))
    search_index.tidy()
    return appended.seq
