"""What pages mean by field work, repairs, deployments: the procedures that the packs count so."""

from __future__ import annotations

from paizhu.casework import rulebook
from paizhu.rules.spec import Area


def procedures_in(area: Area) -> frozenset[str]:
    """Give the procedures of an area, over all packs in use."""
    packs = rulebook.current().packs.values()
    return frozenset(name for pack in packs for name in pack.areas.get(area, ()))
