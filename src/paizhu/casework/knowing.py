"""Who may know of a matter, through what, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from paizhu.casework.access import Reading, may_read_field
from paizhu.casework.cards import ReaderCard
from paizhu.casework.models import Reader
from paizhu.casework.naming import Names, names_of_posts
from paizhu.casework.projections import EMERGENCY, title_of
from paizhu.casework.writing import Bench
from paizhu.engine import rights, standing
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.rules.rulebook import RunnableProcedure

POST, SEAT, BY_EMERGENCY = (
    Text("岗位", "post"),
    Text("承办", "seat"),
    Text("应急查阅", "emergency access"),
)


def readers(
    who: Who, matter_id: int, procedure: RunnableProcedure, names: Names
) -> Iterable[ReaderCard]:
    """Give everybody who may know of the matter at this moment; rights that ended are left out."""
    rows = list(
        Reader.objects.filter(matter_id=matter_id)
        .order_by("role", "principal")
        .values_list("principal", "role", "level", "until")
    )
    posts = names_of_posts(principal for principal, *_ in rows)
    for principal, role, level, until in rows:
        if until and until < who.now:
            continue
        if principal.startswith("post:") and principal not in posts:
            continue  # the body has no such post: nobody can come to know through it
        shown = posts.get(principal) or names.get(principal) or Text(principal, principal)
        through = POST if principal.startswith("post:") else SEAT
        if role == EMERGENCY:
            through = BY_EMERGENCY
        yield ReaderCard(
            shown,
            title_of(role, procedure),
            through,
            level,
            _moment(until),
            role in procedure.spec.access.only,
        )


def namesakes(bench: Bench) -> tuple[str, ...]:
    """Give who is kept out by a name alone, to whoever may read that name and nobody else."""
    roles, rules = rights.roles_in(bench.state, bench.actor), bench.procedure
    recusing = [name for name, spec in rules.spec.fields.items() if spec.recuses]
    if not all(may_read_field(name, rules, roles) for name in recusing):
        return ()
    return standing.namesakes(bench.entries, bench.state, rules)


def emergency_until(bench: Bench, reading: Reading) -> datetime | None:
    """Give when the reader's emergency access ends; None when they read by their own right."""
    if set(reading.roles) != {EMERGENCY}:
        return None
    mine = [grant.until for grant in bench.state.grants if grant.person == bench.actor.person]
    return max(mine, default=None)


def is_limited(reading: Reading, procedure: RunnableProcedure) -> bool:
    """Say whether the reader sees only the fields named for their part."""
    return set(reading.roles) <= set(procedure.spec.access.only)


def _moment(until: str) -> datetime | None:
    if not until:
        return None
    moment = datetime.fromisoformat(until)
    return moment if moment.tzinfo else timezone.make_aware(moment)
