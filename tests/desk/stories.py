"""What the long stories share: signing, seeing, and offices of the organ."""

from __future__ import annotations

import pytest

from paizhu.kernel.errors import NotFound
from paizhu.registry.models import Post, Tie
from tests import world as worlds
from tests.desk import together
from tests.desk.together import opened
from tests.world import World, sign, take

OFFICERS = ("WJ_officer", "WJ_second")
TRIERS = ("SL_office_officer", "SL_second")


def office(world: World, code: str, name: str) -> None:
    """Add an office of the organ, with a head and an officer."""
    made = worlds.body(world, code, "office", name, code)
    Tie.objects.create(source=made, target=world.bodies["OR"], kind="part_of", since=together.SINCE)
    for post in ("office_head", "office_officer"):
        Post.objects.create(body=made, key=post, title_zh=post, title_en=post)
        worlds.person(world, f"{code}_{post}", f"{name}{post}", (code, post))


def seats(world: World, names: tuple[str, ...]) -> list[str]:
    return [world.key(name) for name in names]


def signed(
    world: World, ref: str, names: tuple[str, ...], by: str, action: str, **raw: object
) -> tuple[str, ...]:
    """Take an action and have it signed; give what the last signature opened."""
    receipt = take(world, by, ref, action, **raw)
    for name in names:
        receipt = sign(world, name, ref)
    return receipt.opened


def stage(world: World, name: str, ref: str) -> str:
    return world.card(name, ref).stage


def unseen(world: World, name: str, *refs: str) -> None:
    for ref in refs:
        with pytest.raises(NotFound):
            world.card(name, ref)


def complained(world: World) -> tuple[str, str]:
    ref = opened(
        world, "WJ_keeper", "complaint",
        channel="visit", origin="direct", received_date="2026-03-02", concerns="staff",
        competence="own", repeated="no", named="yes", reporter="来访人某", subject="某乙",
        unit="市第一医院", summary="某乙、某丙收受回扣",
    )  # fmt: skip
    signed(world, ref, ("WJ_head",), "WJ_keeper", "pass_to_department")
    take(world, "WJ_keeper", ref, "tell_accepted", told_date="2026-03-02", told_how="spoken")
    (clue,) = signed(
        world, ref, ("WJ_head",), "WJ_section_head", "make_clue",
        studied_date="2026-03-02", study="可查", source="petition", clue_competence="own",
        clue_number="X-1",
    )  # fmt: skip
    return ref, clue
