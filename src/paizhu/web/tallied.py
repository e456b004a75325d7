"""Why the figures of a table of counts are these: what is counted, how, for whom and as of when."""

from __future__ import annotations

from paizhu.analysis.pictures.known import why
from paizhu.casework.cards import WhyLine
from paizhu.kernel.text import Text
from paizhu.web.asking import Asking

MATTERS = Text("事项，一件在一格里计一次。", "Matters, each once in a figure.")
LATE = Text(
    "“超期”是有正在计时、已过到期日的时限；到期日怎么来的，点事项上的时限可看。",
    "“Late” is one with a limit that runs and is past its day; the limit itself says why that day.",
)
#: What each table counts, and by which rule.
TABLES: dict[str, tuple[Text, Text]] = {
    "board": (
        MATTERS,
        Text(
            f"本组承办而未办结的，按现在所处阶段；在谁手上看席位，没有席位的看最后一步由谁办理。{LATE.zh}",
            "Open matters the team holds, by the stage they stand in; in hand is who holds a seat, else "
            f"who took the last step. {LATE.en}",
        ),
    ),
    "load": (
        MATTERS,
        Text(
            f"在手的未办结事项；“将到期”是两周内到期而未超期。{LATE.zh}",
            f"Open matters in hand; “soon” is due within two weeks and not late. {LATE.en}",
        ),
    ),
    "sides": (
        Text("各组报表里的数字，照原样并列。", "Figures of the teams' returns, as they stand there."),
        Text(
            "由各组从台账统计，不是填报；每个数字的规则、版本和所数事项在那张报表里，点数字进入。",
            "Each team counted them out of the ledger, nobody filled them in; the rule, its version and "
            "the records of a figure stand in the return it leads to.",
        ),
    ),
    "handed": (
        Text("最近一个结束的报告期里，有没有统计过。", "Whether it was counted for the last period that is over."),
        Text("统计过即为已报；点开看是哪一刻、按哪一页台账统计的。",
             "Counted is handed in; the return says when, and from which page of the ledger."),
    ),
    "open": (
        MATTERS,
        Text(f"各组承办而未办结的。{LATE.zh}", f"Open matters each team holds. {LATE.en}"),
    ),
    "stages": (
        MATTERS,
        Text(
            f"按承办的组和现在所处阶段；各种办结合为“已办结”。{LATE.zh}",
            f"By the team that holds them and the stage they stand in; all ends are “closed”. {LATE.en}",
        ),
    ),
    "city": (
        Text("事项一件计一次；预警一条计一次。", "Matters, each once; flags, each once."),
        Text(
            "单位在其中有一席（承办或被监督）的事项。“整改在办”是规则包列为整改的程序；“下沉”是列为下沉监督的程序，"
            f"按登记之日往前数 365 天；“新预警”是还没有人处理的。{LATE.zh}",
            "Matters the unit has a part in. “Repairs” and “looks” are the procedures the packs count as "
            "such, looks by the day they were opened, 365 days back; new flags are those nobody took up. "
            f"{LATE.en}",
        ),
    ),
}  # fmt: skip


def whys(asked: Asking, *names: str) -> dict[str, tuple[WhyLine, ...]]:
    """Give the why of each table, for this reader and this day."""
    return {
        name: why(asked.who, on=asked.on, counts=counts, rule=rule)
        for name in names
        for counts, rule in (TABLES[name],)
    }
