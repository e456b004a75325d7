"""Emergency access: somebody who approved it opens one matter to one person for a few hours.

The asker names a matter he may not know of; whoever signs must know of it, so asking tells nothing.
Never for the recused. The grant stands in the matter's own entries, and self-supervision is told.
"""

from __future__ import annotations

from datetime import timedelta

from paizhu.casework import projections, rulebook, tables, writing
from paizhu.casework.access import get_matter
from paizhu.engine import steps
from paizhu.engine.entries import Value
from paizhu.engine.rights import When
from paizhu.engine.state import State, apply
from paizhu.kernel.errors import NotAllowed
from paizhu.kernel.text import Text
from paizhu.ledger import book
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

RECUSED = Text(
    "申请人对该事项应当回避，不得应急查阅。",
    "The person asking is recused from that matter; emergency access is refused.",
)


def grant(
    pen: book.Pen, *, approver: Who, asked: State, rules: RunnableProcedure, action: str, when: When
) -> None:
    """Open the matter named to whoever asked, if the act that just took effect grants that."""
    spec = rules.spec.actions.get(action)
    if spec is None or spec.grants is None:
        return
    ref = str(asked.values.get(spec.grants.matter, ""))
    person = asked.done[0].person
    bench = writing.bench(approver, get_matter(approver, ref))
    if person in bench.state.recused:
        raise NotAllowed(RECUSED)
    until = when.at + timedelta(hours=spec.grants.hours)
    payload: dict[str, Value] = {
        "role": projections.EMERGENCY,
        "persons": [person],
        "until": until.isoformat(timespec="seconds"),
        "reasons": asked.ref,
    }
    entry = steps.by_rule(bench.state, bench.procedure, "assigned", payload=payload, when=when)
    entry = pen.append(ref, entry).entry
    state = apply(bench.state, entry, rulebook.rules_of(entry.rules))
    before = (bench.state, bench.procedure)
    tables.update_matter(bench.matter, before, (state, bench.procedure))
