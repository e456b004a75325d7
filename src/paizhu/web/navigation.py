"""The places of the workspace, and who is shown which: what one may not do is not offered.

A place is shown by posts held today, which every request knows already: the rail costs no query.
It opens no door. What may be known behind it is decided where it always is, in `casework`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from paizhu.analysis.returns.declared import returns
from paizhu.casework import on_the_spot
from paizhu.casework.posts import appoints
from paizhu.casework.signing import may_sign
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who

#: Kinds of bodies that supervise; units and partners answer.
SUPERVISING = frozenset({"team", "organ", "office"})


def anybody(who: Who) -> bool:
    """Everybody with an account."""
    return True


def in_kinds(*kinds: str) -> Callable[[Who], bool]:
    """Who holds a post in a body of one of these kinds."""
    return lambda who: any(held.body_kind in kinds for held in who.posts)


def notes_on_the_spot(who: Who) -> bool:
    """Who may open something that is written down where it was seen."""
    return bool(on_the_spot.offers(who, on=timezone.localdate()))


def reads_returns(who: Who) -> bool:
    """Who holds a post that some declared return names as its reader."""
    posts = {p for one in returns().values() for reader in one.spec.readers for p in reader.posts}
    return any(held.post in posts for held in who.posts)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that one goes to. `area` is what its pages call themselves, `key` follows `g`."""

    area: str
    address: str
    icon: str
    title: Text
    key: str
    #: What else finds it in the palette: initials and whole pinyin of its Chinese name.
    find: str
    shown_to: Callable[[Who], bool] = anybody


@dataclass(frozen=True, slots=True)
class Group:
    """Places that stand together; the first group stands without a name."""

    title: Text
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as the rail draws it."""

    place: Place
    url: str
    #: On a phone it stands in the bar under the thumb; the others are behind *More*.
    in_bar: bool = True


POSTS = Place(
    "posts", "post_lists", "user-check", Text("岗位任免", "Posts"), "h", "gwrm gangweirenmian",
    appoints,
)  # fmt: skip
GROUPS = (
    Group(
        Text("办理", "Work"),
        (
            Place(
                "desk", "desk", "inbox", Text("我的工作台", "My desk"), "d", "wdgzt gongzuotai"
            ),
            Place(
                "approvals", "approvals", "stack-2", Text("待我签批", "To sign"), "a",
                "dwqp daiwoqianpi", may_sign,
            ),
            Place(
                "team", "team", "layout-kanban", Text("本组看板", "Team board"), "t",
                "bzkb benzukanban", in_kinds("team"),
            ),
            Place(
                "office", "office", "users-group", Text("各组并列", "Teams side by side"), "o",
                "gzbl gezubinglie", in_kinds("office", "organ"),
            ),
            Place(
                "city", "city", "map-2", Text("全市情况", "City picture"), "c",
                "qsqk quanshiqingkuang", in_kinds("office", "organ"),
            ),
            Place(
                "units", "units", "building-community", Text("监督单位", "Units"), "u",
                "jddw jiandudanwei", in_kinds("team", "office", "organ", "unit"),
            ),
            Place(
                "field", "field", "walk", Text("现场记录", "On the spot"), "w",
                "xcjl xianchangjilu", notes_on_the_spot,
            ),
            Place("matters", "matters", "list-details", Text("事项", "Matters"), "m", "sx shixiang"),
            POSTS,
        ),
    ),
    Group(
        Text("发现与报告", "Finding and reporting"),
        (
            Place(
                "flags", "flags", "flag", Text("预警", "Flags"), "f", "yj yujing",
                in_kinds(*SUPERVISING),
            ),
            Place(
                "pictures", "pictures", "chart-histogram", Text("图表", "Pictures"), "v",
                "tb tubiao", in_kinds(*SUPERVISING),
            ),
            Place(
                "returns", "returns", "table", Text("报表", "Returns"), "r", "bb baobiao",
                reads_returns,
            ),
            Place(
                "imports", "imports", "file-import", Text("导入", "Import"), "i", "dr daoru",
                in_kinds("team", "organ"),
            ),
        ),
    ),
)  # fmt: skip

#: What a phone shows first, and how many of them: so many can be read and hit beside *More*.
BAR = ("desk", "approvals", "field", "matters", "units", "flags", "team")
MOST_IN_BAR = 4

#: An administrator is shown the page of their own and no other place.
ADMINISTRATION = Group(
    Text("管理", "Administration"),
    (
        Place(
            "system", "system", "server", Text("系统管理", "System"), "s", "xtgl xitongguanli"
        ),
        Place(
            "security", "security", "shield-check", Text("安全管理", "Security"), "s",
            "aqgl anquanguanli",
        ),
        Place(
            "audit", "audit", "clipboard-check", Text("审计管理", "Audit"), "s",
            "sjgl shenjiguanli",
        ),
        POSTS,
    ),
)  # fmt: skip


def places_for(who: Who | None) -> tuple[tuple[Group, tuple[Shown, ...]], ...]:
    """Give the places for a person, by group; for nobody known, as on an error page, none."""
    if who is None:
        return ()
    if who.administers:
        # Of the others no pack is asked: their pages stand when the packs do not.
        may_appoint = who.administers == "security" and appoints(who)
        shown = {who.administers, POSTS.area if may_appoint else ""}
        own = [place for place in ADMINISTRATION.places if place.area in shown]
        return ((ADMINISTRATION, tuple(Shown(place, _url(place)) for place in own)),)
    found = [
        (group, [(p, url) for p in group.places if p.shown_to(who) and (url := _url(p))])
        for group in GROUPS
    ]
    areas = {place.area for _, places in found for place, _ in places}
    bar = [area for area in BAR if area in areas][:MOST_IN_BAR]
    return tuple(
        (group, tuple(Shown(place, url, place.area in bar) for place, url in places))
        for group, places in found
        if places
    )


def administration_page(looks_after: str) -> str:
    """Give the page of an administrator; of somebody on two of the posts, their own account."""
    is_one = any(place.area == looks_after for place in ADMINISTRATION.places)
    return reverse(looks_after if is_one else "account")


def _url(place: Place) -> str:
    try:
        return reverse(place.address)
    except NoReverseMatch:
        return ""
