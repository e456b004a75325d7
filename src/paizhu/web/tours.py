"""The first look round, by what somebody is here for: a few steps, shown once, dismissed for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.backends.base import SessionBase

from paizhu.casework.signing import may_sign
from paizhu.kernel.text import Text
from paizhu.registry.principals import Who
from paizhu.web.models import SeenTour


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to know, and where on the page it is."""

    at: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Tour:
    """What one sort of reader is shown first."""

    name: str
    title: Text
    steps: tuple[Step, ...]


FIND = Step(
    ".top-search",
    Text("查找", "Finding"),
    Text("输入编号、词语或拼音首字母；按 Ctrl K 随处跳转。找不到的，可能不在您的知悉范围内。",
         "Type a number, a word or pinyin initials; Ctrl K jumps from anywhere. What is not found may not be yours to know."),
)  # fmt: skip
HELP = Step(
    ".menu.help",
    Text("帮助", "Help"),
    Text("键盘操作、术语对照、各程序的说明都在这里；按 ? 看快捷键。",
         "Keys, the glossary and the manual of each procedure are here; ? shows the keys."),
)  # fmt: skip
WHY = Step(
    "main .chip",
    Text("为什么是这一天", "Why this date"),
    Text("每个时限都能点开：从哪天起算、依据哪一条、跳过了哪些休息日。",
         "Every time limit opens: from which day, under which article, which days off were left out."),
)  # fmt: skip
WAITING = Step(
    "#waiting",
    Text("等您办理的", "What waits for you"),
    Text("轮到您的都在这里，最先到期的在前。点编号进入，办一步，系统告诉您下一步轮到谁。",
         "What is yours to do stands here, the first due on top. Open one, take a step, and the page says whose turn is next."),
)  # fmt: skip
PLACES = Step(
    ".rail",
    Text("各处", "Places"),
    Text("栏目按您的岗位列出；没有列出的，是您的岗位用不到的。",
         "Places are those of your posts; what is not listed is not needed for them."),
)  # fmt: skip

TOURS = {
    tour.name: tour
    for tour in (
        Tour(
            "officer", Text("派驻干部", "Officer of a team"),
            (
                WAITING, WHY,
                Step(".rail a[href='/field/']", Text("现场记录", "On the spot"),
                     Text("在手机上三次点按记下一次谈话或检查；没有网络也能存，联网后只登记一次。",
                          "Three taps on a phone record a talk or a check; offline it is kept, and recorded once when you are back.")),
                FIND, PLACES, HELP,
            ),
        ),
        Tour(
            "head", Text("负责人", "Head"),
            (
                Step(".rail a[href='/approvals/']", Text("逐件签批", "Signing one by one"),
                     Text("每件都写明改了什么、同意之后会怎样；自己提请的由别人签。",
                          "Each says what changed and what follows; what you propose is signed by somebody else.")),
                WAITING, WHY,
                Step(".rail a[href='/team/']", Text("本组看板", "Team board"),
                     Text("按阶段和承办人看件数，超期和将到期的在下面；只是件数，不是评价。",
                          "Counts by stage and by hand, late and soon due below; counts, no marks.")),
                FIND, HELP,
            ),
        ),
        Tour(
            "office", Text("派出机关", "Sending organ"),
            (
                Step(".rail a[href='/office/']", Text("各组并列", "Teams side by side"),
                     Text("各组的规定数字、报表和部署并列，不含案件内容，也不排名次。",
                          "Declared figures, returns and deployments of the teams side by side; no content of cases, no ranking.")),
                WAITING,
                Step(".rail a[href='/pictures/']", Text("图表", "Pictures"),
                     Text("每幅图都有同样数字的表；点数字看它数的记录。",
                          "Each has a table of the same figures; a figure opens the records it counts.")),
                FIND, PLACES, HELP,
            ),
        ),
        Tour(
            "unit", Text("驻在单位", "Host unit"),
            (
                Step(".next", Text("请您办的", "What is asked of you"),
                     Text("只有这一页：问的是什么、哪天前、办完会怎样。先办最上面的。",
                          "This one page: what is asked, by which day, and what follows. Begin with the first.")),
                WHY,
                Step("#notices", Text("通知", "Notices"),
                     Text("通知不含内容，只说哪一件有变化。", "A notice holds no content; it says which matter changed.")),
                HELP,
            ),
        ),
        Tour("partner", Text("协作单位", "Partner body"), (WAITING, WHY, FIND, HELP)),
    )
}  # fmt: skip


def tour_of(who: Who) -> Tour:
    """Give the tour for what somebody is here for."""
    kinds = {post.body_kind for post in who.posts}
    if kinds <= {"unit"} and kinds:
        return TOURS["unit"]
    if kinds & {"office", "organ"}:
        return TOURS["office"]
    if "team" in kinds:
        return TOURS["head" if may_sign(who) else "officer"]
    return TOURS["partner"]


#: In the session: the tour last asked for, and whether it was seen. One question a session.
KEY = "tour"


def unseen_tour(who: Who, session: SessionBase) -> Tour | None:
    """Give the tour somebody has not seen yet. One query, once a session."""
    tour = tour_of(who)
    known = session.get(KEY)
    if known is None or known[0] != tour.name:
        seen = SeenTour.objects.filter(person_id=who.person, tour=tour.name).exists()
        known = session[KEY] = [tour.name, seen]
    return None if known[1] else tour


def see(who: Who, session: SessionBase, *, now: datetime) -> None:
    """Remember that somebody took or dismissed their tour."""
    tour = tour_of(who)
    SeenTour.objects.get_or_create(person_id=who.person, tour=tour.name, defaults={"at": now})
    session[KEY] = [tour.name, True]


def forget(who: Who, session: SessionBase) -> None:
    """Show the tour again."""
    SeenTour.objects.filter(person_id=who.person, tour=tour_of(who).name).delete()
    session.pop(KEY, None)
