"""What a matter asks for now, for programs: the JSON Schema of each act that may be taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from paizhu.casework import access, writing
from paizhu.engine import rights
from paizhu.registry.principals import Who
from paizhu.rules.schema import action_schema


def schemas(who: Who, ref: str, *, now: datetime, lang: str) -> dict[str, dict[str, Any]]:
    """Give the schemas by action, under the rules the matter follows. Raises NotFound.

    Conditions on what other forms hold are left out: the reader may not read all of it.
    """
    bench = writing.bench(who, access.get_matter(who, ref))
    when = writing.moment(now, None)
    return {
        step.action: action_schema(bench.procedure, step.action, lang)
        for step in rights.open_to(bench.state, bench.procedure, bench.actor, when)
        if step.reason is None
    }
