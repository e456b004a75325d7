"""Write the pages of the flags: what each looks at, and how it did in the generated hospital."""

from __future__ import annotations

import functools
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paizhu.analysis.assessing import assess
from paizhu.analysis.measures import LoadedMeasure, load_measures
from paizhu.analysis.measurespec import Parameter
from paizhu.analysis.tables import Table, load_tables
from paizhu.kernel.text import Text
from tests.analysis.institution.judging import Score, hospital, judged, score
from tests.analysis.institution.rings import HONEST as HONEST_KINDS
from tests.analysis.institution.rings import RINGS as RING_KINDS
from tests.analysis.institution.rings import SIGNS, signs, tenders, told
from tests.analysis.institution.world import World

PACK = Path(__file__).resolve().parent.parent / "packs" / "cn-discipline"
NOTE = "<!-- Written by `make reference` from the pack; edit the pack, not this page. -->\n"
#: Enough rings that a tenth of a per cent can be told.
RINGS, HONEST = 200, 1000
KINDS = {
    "bunched": Text("围标：陪标价聚集", "Ring, cover prices bunched"),
    "loose": Text("围标：陪标价较散", "Ring, cover prices loose"),
    "stepped": Text("围标：陪标价等差", "Ring, cover prices in steps"),
    "independent": Text("正常：各自独立报价", "Honest, independent costs"),
    "tight": Text("正常：价格接近的市场", "Honest, a tight market"),
    "ceiling": Text("正常：受最高限价约束", "Honest, under a ceiling"),
}


def flags_page(lang: str) -> str:
    """Give the page that lists every flag with its tables, numbers, exclusions and known false alarms."""
    declared = load_tables([PACK])
    found = load_measures([PACK], declared)
    kinds = Counter(one.spec.kind for one in found.values())
    title = Text("红旗标志", "Flags")
    intro = Text(
        f"共 {kinds['flag']} 个标志、{kinds['indicator']} 组统计。标志是请业务部门说明的一个问题，不是结论；每个标志都附其所依据的行。"
        "数值可由本单位在所列范围内自定（见 `override.yaml`）。",
        f"{kinds['flag']} flags and {kinds['indicator']} set of figures. A flag is a question to the department "
        "and no finding; each stands with the rows it rests on. Between the bounds given, an institution may set "
        "its own values (`override.yaml`).",
    )
    parts = [f"# {title.say(lang)}\n", NOTE, intro.say(lang) + "\n"]
    parts += [_flag(one, declared, lang) for one in found.values()]
    return "\n".join(parts).rstrip() + "\n"


def _flag(one: LoadedMeasure, declared: dict[str, Table], lang: str) -> str:
    spec = one.spec
    tables = Text("表", "Tables").say(lang)
    named = Text("、", ", ").say(lang).join(declared[n].title.say(lang) for n in spec.inputs)
    lines = [
        f"## {spec.title.say(lang)} (`{one.name}`)\n",
        spec.why.say(lang) + "\n",
        f"- {tables}: {named}",
    ]
    lines += [f"- {p.title.say(lang)}: {_values(p)}" for p in spec.parameters.values()]
    lines.append(f"- {Text('最少行数', 'Fewest rows').say(lang)}: {spec.minimum_rows}")
    lines += [
        f"- {Text('依据', 'Basis').say(lang)}: {b.instrument.say(lang)} {b.article.say(lang)} ({b.confidence})"
        for b in spec.basis
    ]
    for heading, texts in (
        (Text("不计入", "Left out"), spec.exclusions),
        (Text("已知误报", "Known false alarms"), spec.known_false_alarms),
    ):
        said = Text("；", "; ").say(lang).join(text.say(lang) for text in texts)
        lines.append(f"- {heading.say(lang)}: {said}")
    return "\n".join(lines) + "\n"


def _values(parameter: Parameter) -> str:
    values = ", ".join(
        f"{value} ({since.isoformat()} –)" if since else f"{value}"
        for since, value in parameter.value.values
    )
    bounds = "" if parameter.least is None else f" [{parameter.least} … {parameter.most}]"
    return f"{values}{bounds}"


def validation_page(lang: str) -> str:
    """Give the page of what was planted and found; the figures are computed anew each time."""
    title = Text("标志的检验", "How the flags did")
    intro = Text(
        "下列数字来自程序自造的一家医院：每个标志埋入若干实例和同样多的“相像而无事”的情形。它们说明规则按其文字工作，"
        "**不说明**在真实数据上的准确率；真实命中率在每个标志的页面上，由人的处理结果得出。",
        "These figures come from a generated hospital in which each flag was planted a number of times, with as many "
        "clean look-alikes. They say that the rules do what they say; they do **not** say how often they are right on "
        "real data. That is on the page of each flag, from what people made of it.",
    )
    head = Text(
        "标志|埋入|查出|召回|相像|误报|普通行误报|落在为其他标志所造的行上",
        "flag|planted|found|recall|look-alikes|false alarms|on ordinary rows|on rows made for other flags",
    ).say(lang)
    rows = [f"| {' | '.join(head.split('|'))} |", "|" + " --- |" * 8, *_scores(lang), "",
            *_whole(lang)]  # fmt: skip
    screens = Text("围标统计", "Screens of bids")
    said = Text(
        f"每种市场的项目数：围标各 {RINGS}，正常各 {HONEST}；每个项目五至九个报价。“报价形态异常”只在五个征象齐备时提示；"
        "受最高限价约束的正常项目与陪标相像，是已知误报。公开研究（瑞士及多国卡特尔，Huber 与 Imhof 2019、Fazekas 等 2025）"
        "训练后的判别准确率为七成至八成多。",
        f"Tenders of each kind: {RINGS} of each ring, {HONEST} of each honest market, five to nine bids each. “Prices in "
        "the shape of cover bids” is raised only when all five signs are there; honest prices under a ceiling look like "
        "cover bids and are its known false alarm. Published work on cartels (Huber and Imhof 2019, Fazekas and others "
        "2025) sorts 70 to 84 tenders of a hundred right after training.",
    )
    return "\n".join([f"# {title.say(lang)}\n", NOTE, intro.say(lang) + "\n", *rows, "",
                      f"## {screens.say(lang)}\n", said.say(lang) + "\n", *_screens(lang)]).rstrip() + "\n"  # fmt: skip


@functools.cache
def _judged() -> dict[str, tuple[Text, Score]]:
    """Run every flag over the generated hospital, once for both languages."""
    declared = load_tables([PACK])
    found = load_measures([PACK], declared)
    flags = {name: one for name, one in found.items() if one.spec.kind == "flag"}
    world = hospital()
    with tempfile.TemporaryDirectory() as folder:
        answers = judged(world, flags, declared, Path(folder))
    return {
        name: (one.spec.title, score(world, name, answers[name])) for name, one in flags.items()
    }


def _scores(lang: str) -> Iterator[str]:
    for title, s in _judged().values():
        yield (f"| {title.say(lang)} | {s.planted} | {s.found} | {s.recall:.2f} | {s.alike} | {s.alarms} "
               f"| {s.beside} | {s.elsewhere} |")  # fmt: skip


def _whole(lang: str) -> Iterator[str]:
    """Say what a whole year of the hospital gave, every flag over every book."""
    of, books = _judged(), hospital().rows.values()
    rows, findings = sum(map(len, books)), sum(s.findings for _, s in of.values())
    found, alarms, beside, elsewhere = (
        sum(getattr(s, name) for _, s in of.values())
        for name in ("found", "alarms", "beside", "elsewhere")
    )
    named = Text("、", ", ").say(lang).join(t.say(lang) for t, s in of.values() if s.elsewhere)
    yield Text(
        f"整个医院一年：{rows} 行、{len(of)} 个标志，共提示 {findings} 次：埋入的 {found} 次，相像的 {alarms} 次，普通行上 {beside} 次，"
        f"为其他标志所造的行上 {elsewhere} 次" + (f"（{named}）" if named else "") + "。最后一类须逐个看："
        "为一个标志所造的“相像而无事”，可以正是另一个标志要问的事，例如金额因补充协议而增加的合同。",
        f"The whole year of the hospital, {rows} rows and {len(of)} flags, gave {findings} findings: {found} planted, "
        f"{alarms} on look-alikes, {beside} on ordinary rows, {elsewhere} on rows made for other flags"
        + (f" ({named})" if named else "") + ". The last are to be looked at one by one: what is clean for one flag may "
        "be what another asks about, such as a contract whose amount grew by amendments.",
    ).say(lang)  # fmt: skip


def _screens(lang: str) -> Iterator[str]:
    declared = {"bids": load_tables([PACK])["bids"]}
    found = load_measures([PACK], load_tables([PACK]))
    world, kinds = tenders(seed=11, rings=RINGS, honest=HONEST)
    seen: dict[str, Counter[str]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        world.connect(Path(folder), declared) as connection,
    ):
        for name in ("arranged_bids", "bids_in_steps"):
            answer = assess(found[name].spec, found[name].sql, connection=connection, tables=declared,
                            on=date(2025, 12, 31))  # fmt: skip
            seen[name] = Counter(kinds[one.subject] for one in answer.found)
    titles = [found[name].spec.title.say(lang) for name in seen]
    yield f"| {Text('市场', 'market').say(lang)} | {' | '.join(titles)} |"
    yield "| --- | --- | --- |"
    for kind, title in KINDS.items():
        of = RINGS if kind in RING_KINDS else HONEST
        yield f"| {title.say(lang)} | {' | '.join(f'{100 * seen[name][kind] / of:.1f} %' for name in seen)} |"
    for name, one in seen.items():
        rings, honest = sum(one[k] for k in RING_KINDS), sum(one[k] for k in HONEST_KINDS)
        yield ""
        yield Text(
            f"{found[name].spec.title.zh}：查准率 {rings / (rings + honest):.2f}，查全率 {rings / (RINGS * len(RING_KINDS)):.2f}"
            "（各市场项目数如上；查准率随围标在全部项目中的比例而变）。",
            f"{found[name].spec.title.en}: precision {rings / (rings + honest):.2f}, recall "
            f"{rings / (RINGS * len(RING_KINDS)):.2f} (with the numbers of tenders above; precision moves with the share "
            "of rings among all).",
        ).say(lang)
    yield from _alone(lang, world, kinds)


def _alone(lang: str, world: World, kinds: dict[str, str]) -> Iterator[str]:
    """Say how each figure would do alone, and how many signs together are worth."""
    declared, found = (
        {"bids": load_tables([PACK])["bids"]},
        load_measures([PACK], load_tables([PACK])),
    )
    flag, facts = found["arranged_bids"].spec, found["bid_screens"]
    lines = {name: one.value.values[-1][1] for name, one in flag.parameters.items()}
    with (
        tempfile.TemporaryDirectory() as folder,
        world.connect(Path(folder), declared) as connection,
    ):
        answer = assess(facts.spec, facts.sql, connection=connection, tables=declared, on=date(2025, 12, 31))  # fmt: skip
    seen = {one.subject: signs(one.facts, lines) for one in answer.found}
    titles = facts.spec.beside.figures if facts.spec.beside else {}
    rules = {
        titles[name].title.say(lang): {t for t, s in seen.items() if name in s} for name in SIGNS
    }
    for number in (3, 4, 5):
        say = Text(f"五个征象至少具备 {number} 个", f"at least {number} of the five signs").say(
            lang
        )
        rules[say] = {t for t, s in seen.items() if len(s) >= number}
    yield ""
    yield Text(
        "按标志的现行数值，没有一个统计量单独使用能像五个征象齐备那样准。极差比与最低两价差只作事实显示，没有设线：",
        "At the lines of the flag, no figure alone is right as often as all five together. Spread and the difference of "
        "the two lowest are shown as facts and have no line:",
    ).say(lang)
    yield ""
    yield f"| {Text('规则', 'rule').say(lang)} | {Text('查准率', 'precision').say(lang)} | {Text('查全率', 'recall').say(lang)} |"
    yield "| --- | --- | --- |"
    for title, named in rules.items():
        one = told(named, kinds)
        yield f"| {title} | {one.precision:.2f} | {one.recall:.2f} |"
