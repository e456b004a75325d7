"""The pictures there are: what each asks, how it counts, and to whom it is offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from paizhu.analysis.catalog import tables
from paizhu.analysis.pictures import relations, work
from paizhu.analysis.pictures.known import why
from paizhu.analysis.pictures.shapes import Kind, Picture, Tally
from paizhu.analysis.sources import day_of, note_reading
from paizhu.casework.cards import WhyLine
from paizhu.kernel.days import say
from paizhu.kernel.errors import NotFound
from paizhu.kernel.text import Text
from paizhu.registry.around import around
from paizhu.registry.principals import Who

MATTERS = Text("件事项", "{n:matter|matters}")
LINES = Text("行记录", "{n:line|lines} of the table")
WHAT = {
    MATTERS: Text("事项，一件计一次。", "Matters, each once in a figure."),
    LINES: Text("业务表中的行，一行计一次。", "Lines of a business table, each once in a figure."),
}
NOT_THERE = Text(
    "没有这幅图，或者它不归您查看。请回到“图表”。",
    "There is no such picture, or it is not yours to see. Go back to Pictures.",
)
#: Bodies that look after others: their posts are offered the pictures that set bodies out.
SUPERVISING = frozenset({"team", "organ", "office"})
Count = Callable[..., Tally]


@dataclass(frozen=True, slots=True)
class Asked:
    """A picture before it is counted."""

    name: str
    kind: Kind
    icon: str
    title: Text
    asks: Text
    rule: Text
    count: Count | None
    stacked: bool = True
    only_supervising: bool = False
    counts: Text = MATTERS
    #: May be counted over the matters of one body: a team that holds them, a unit with a part.
    narrows: bool = False

    def offered_to(self, who: Who) -> bool:
        """Say whether somebody with these posts is offered it; within, readers decide as always."""
        kinds = {post.body_kind for post in who.posts}
        return bool(kinds & SUPERVISING) if self.only_supervising else bool(kinds)


PICTURES: tuple[Asked, ...] = (
    Asked(
        "dues", "calendar", "calendar-time",
        Text("到期日历", "Calendar of dues"),
        Text("哪些天压得最重？", "Which days carry most?"),
        Text("正在计时、未暂停的时限，按到期日计；一件事项同一天有几个时限只计一次。",
             "Time limits that run and are not held, on the day they fall due; a matter with several on "
             "one day counts once."),
        work.dues, stacked=False, narrows=True,
    ),
    Asked(
        "flow", "flow", "chart-sankey",
        Text("从来源到结果", "From source to outcome"),
        Text("事项从哪里来，最后怎么样了？", "Where do matters come from, and what becomes of them?"),
        Text("每件事项计一次。由其他事项开启的，只有您也可以知悉那件事项时才这样标明，否则计入“直接登记”。",
             "Each matter counts once. That it was opened from another is told only where you may know "
             "of that one too; else it counts as opened by itself."),
        work.flow,
    ),
    Asked(
        "ageing", "bars", "hourglass",
        Text("在办时长", "How long matters are open"),
        Text("哪些工作拖得久？", "What stays open long?"),
        Text("尚未办结的事项，按登记之日到今天的自然日计；是否超期看各自的时限，不看这里。",
             "Matters not closed, by natural days since they were opened. Whether one is late is said "
             "by its own limits and not here."),
        work.ageing, narrows=True,
    ),
    Asked(
        "repairs", "bars", "tool",
        Text("整改办结（按开启年份）", "Repairs closed, by year opened"),
        Text("各年开启的整改，多久办结？", "How soon were the repairs of each year closed?"),
        Text("规则包列为整改的程序。同一年开启的算一组，后开启的组观察时间短，不宜直接比较；比例附 95% 区间（Wilson）。",
             "Procedures that the packs count as repairs. Those opened in a year are one group; a later "
             "group was watched for less time and is not to be compared as it stands. Shares carry "
             "their 95 % interval (Wilson)."),
        work.repairs,
    ),
    Asked(
        "load", "bars", "users-group",
        Text("各组在办", "Load by team"),
        Text("谁手上压得多、压得急？", "Where is most in hand, and what is pressing?"),
        Text("本组承办而未办结的事项，按最先到期的时限分。按机构代码排列，不按件数；件数多少不是对小组的评价。",
             "Matters a team holds and has not closed, by the limit due first. In the order of codes and "
             "not of numbers; a number is no mark for a team."),
        work.load, only_supervising=True,
    ),
    Asked(
        "relations", "net", "chart-dots-3",
        Text("单位与供应商", "Units and suppliers"),
        Text("哪些供应商与多家单位往来？", "Which suppliers deal with many units?"),
        Text("所选业务表中的行数，按表中写明的单位和供应商计；名称不同即算两家，不推断。只读已批准且未到期的数据源。",
             "Lines of the chosen table, by unit and supplier as it names them; two spellings are two, "
             "nothing is inferred. Only sources approved and not expired are read."),
        None, stacked=False, only_supervising=True, counts=LINES,
    ),
    Asked(
        "powers", "heat", "map-2",
        Text("单位与工作种类", "Units by kind of work"),
        Text("哪些单位、哪些方面还没有看过？", "Which units were not looked at, and in what?"),
        Text("权力事项清单尚未建立，暂以规则包的工作种类代替权力事项。单位在其中有一席（承办或被监督）的事项计一次。",
             "There is no register of powers yet; kinds of work, as the packs group them, stand in their "
             "place. A matter counts once for each unit that has a part in it."),
        work.powers, stacked=False, only_supervising=True,
    ),
)  # fmt: skip
#: Shown on the page of a unit, and nowhere without one.
OF_A_UNIT = Asked(
    "unit", "bars", "building",
    Text("这家单位的事项", "Matters of this unit"),
    Text("与它有关的事在哪些方面，办结了多少？", "What is it about, and how much of it is closed?"),
    Text("这家单位在其中有一席（承办或被监督）的事项，按工作种类，一件计一次。",
         "Matters this unit has a part in, handling them or looked after, by kind of work, each once."),
    work.unit, narrows=True,
)  # fmt: skip


def offered(who: Who) -> tuple[Asked, ...]:
    """Give the pictures somebody is offered."""
    return tuple(one for one in PICTURES if one.offered_to(who))


def picture(who: Who, name: str, *, now: datetime, choice: str = "", of: str = "") -> Picture:
    """Count one picture for a reader, also of one body. Unknown and not offered are one NotFound."""
    there = (*offered(who), OF_A_UNIT) if of else offered(who)
    asked = next((one for one in there if one.name == name), None)
    if asked is None or (of and not asked.narrows):
        raise NotFound(NOT_THERE)
    on = day_of(now)
    said = why(who, on=on, counts=WHAT[asked.counts], rule=asked.rule)
    if asked.count is None:
        return _dealings(who, asked, said, now=now, choice=choice)
    body = _body(who, asked, of, on=on) if of else None
    tally = asked.count(who, on=on, body=body[0]) if body else asked.count(who, on=on)
    if body:
        said = (WhyLine(Text("哪个机构", "Of which body"), body[1]), *said)
    return Picture(
        asked.name, asked.kind, asked.title, asked.asks, said, tally, asked.counts, asked.stacked,
        of=of,
    )  # fmt: skip


def _body(who: Who, asked: Asked, of: str, *, on: date) -> tuple[int, Text]:
    """Find the unit, or the team, among those one's posts reach."""
    for post in who.posts:
        if post.body_code == of and asked is not OF_A_UNIT:
            return post.body, post.body_name
    found = around(who, on=on)
    team = next((one for one in found.teams if one.code == of), None)
    body = found.unit(of) if asked is OF_A_UNIT else team
    if body is None:
        raise NotFound(NOT_THERE)
    return body.pk, body.name


def _dealings(
    who: Who, asked: Asked, said: tuple[WhyLine, ...], *, now: datetime, choice: str
) -> Picture:
    found = relations.dealings(who, choice, now=now)
    rests = tuple(
        WhyLine(
            Text("数据源", "Source"),
            Text(
                f"{table.title.zh} {one.key}：{one.purpose}（{one.plan_ref}），至{say(one.expires_date).zh}",
                f"{table.title.en} {one.key}: {one.purpose} ({one.plan_ref}), until {say(one.expires_date).en}",
            ),
        )
        for one, table in ((source, tables()[source.table]) for source in found.sources)
    )
    return Picture(
        asked.name, asked.kind, asked.title, asked.asks, (*said, *rests), found.tally, asked.counts,
        asked.stacked, found.choices, found.chosen,
    )  # fmt: skip


def with_lines(who: Who, shown: Picture, keys: Sequence[str], *, now: datetime) -> Picture:
    """Add the lines of a figure that counts no matters."""
    found = relations.dealings(who, shown.chosen, now=now)
    heads, lines = relations.lines_of(found, keys, now=now)
    if lines:
        note_reading(found.sources, who=who, what="picture", now=now)
    return replace(shown, line_heads=heads, lines=lines)
