"""An institution with everybody the national pack speaks of: organ, office, teams, unit, partners."""

from __future__ import annotations

from datetime import date

from paizhu.casework import desk
from paizhu.registry.models import Body, Post, Tie
from tests import world as worlds
from tests.world import ROOT, World

PACK = ROOT / "packs" / "cn-discipline"
SINCE = date(2024, 1, 1)
TEAMS = {
    "WJ": "卫健委",
    "JY": "教育局",
    "YB": "医保局",
    "CZ": "财政局",
    "KJ": "科技局",
    "SW": "商务局",
}
TEAM_POSTS = ("keeper", "section_head", "head", "officer", "deputy", "self_supervision")
BODIES = (
    ("OR", "organ", "市纪委监委", ("duty_leader", "case_office")),
    ("SJ", "office", "第二监督检查室", ("office_head", "office_officer")),
    ("XF", "office", "信访举报室", ("office_head", "office_officer")),
    *((code, "team", f"驻{name}纪检监察组", TEAM_POSTS) for code, name in TEAMS.items()),
    ("YY", "unit", "市第一医院", ("unit_head", "liaison")),
    ("SJJ", "partner", "市审计局", ("partner_contact",)),
    ("XC", "partner", "示例县纪委监委", ("partner_contact",)),
)


def whole_world(today: date = date(2026, 3, 2)) -> World:
    """Make it; each person is called after body and post: `WJ_head`."""
    world = World(today=today)
    for code, kind, name, posts in BODIES:
        _body(world, code, kind, name, posts)
    for source, kind, target in (
        ("SJ", "part_of", "OR"),
        ("XF", "part_of", "OR"),
        *(("OR", "sends", team) for team in TEAMS),
        ("WJ", "supervises", "YY"),
        ("OR", "partner", "SJJ"),
        ("OR", "partner", "XC"),
    ):
        bodies = world.bodies
        Tie.objects.create(source=bodies[source], target=bodies[target], kind=kind, since=SINCE)
    return world


def _body(world: World, code: str, kind: str, name: str, posts: tuple[str, ...]) -> None:
    made = Body.objects.create(code=code, kind=kind, name_zh=name, name_en=code)
    world.bodies[code] = made
    for key in posts:
        Post.objects.create(body=made, key=key, title_zh=key, title_en=key)
        worlds.person(world, f"{code}_{key}", f"{name}{key}", (code, key))


def opened(world: World, name: str, procedure: str, **raw: object) -> str:
    """Open a matter as somebody, in the body their name begins with."""
    body = name.partition("_")[0]
    return desk.open(
        actor=world.who(name), procedure=procedure, body=body, raw=raw, now=world.now()
    ).ref


def transfer(world: World, **changes: object) -> str:
    """Draft a transfer of the first team to the audit bureau."""
    raw = {
        "to_kind": "audit",
        "subject_matter": "设备采购价格异常",
        "facts": "同型号差价三成",
        "materials": "合同|12",
        "asks": "专项审计",
        "basis_kind": "rule",
        "basis": "贯通协同办法",
        "remarks": "来源不外传",
    }
    return opened(world, "WJ_keeper", "transfer_out", **{**raw, **changes})
