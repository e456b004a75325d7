"""Pictures of matters: dues on a calendar, the flow, ageing, repairs by year, load, units by kind."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from paizhu.analysis.pictures.known import (
    MOST,
    OTHER,
    facts,
    kinds,
    left_out,
    used,
)  # fmt: skip
from paizhu.analysis.pictures.shapes import Beside, Line, Tally, put
from paizhu.analysis.returns.figures import wilson
from paizhu.casework import counted
from paizhu.casework.areas import procedures_in
from paizhu.casework.counted import Fact
from paizhu.kernel.days import say
from paizhu.kernel.text import Text, Word
from paizhu.registry.around import around
from paizhu.registry.models import Tenure
from paizhu.registry.principals import Who, in_force

WEEKS_BACK, WEEKS_AHEAD = 4, 12
SOON = timedelta(days=14)
AGES = ((30, "30"), (90, "90"), (180, "180"), (365, "365"))
WEEKDAYS = tuple(
    Line(str(number), Text(zh, en))
    for number, (zh, en) in enumerate(
        (
            ("周一", "Mon"), ("周二", "Tue"), ("周三", "Wed"), ("周四", "Thu"), ("周五", "Fri"),
            ("周六", "Sat"), ("周日", "Sun"),
        ),
        start=1,
    )
)  # fmt: skip


def dues(who: Who, *, on: date, body: int | None = None) -> Tally:
    """Put running time limits on the day they are due: weeks by days of the week."""
    monday = on - timedelta(days=on.weekday())
    first = monday - timedelta(weeks=WEEKS_BACK)
    last = monday + timedelta(weeks=WEEKS_AHEAD, days=-1)
    bodies = [body] if body else None
    earlier = counted.dues_before(who, first, most=MOST, bodies=bodies)
    found = counted.dues(who, first=first, last=last, most=MOST, bodies=bodies)
    placed = [(*_place(due), ref) for due, ref in found]
    starts = [first + timedelta(weeks=week) for week in range(WEEKS_BACK + WEEKS_AHEAD)]
    rows = tuple(Line(str(start), _week(start)) for start in starts)
    notes = (
        Text(
            f"此前到期仍在计时的时限另有 {earlier} 个，不在图上；在事项列表按“已超期”查看。",
            f"{earlier} more time {Word(earlier):limit|limits} due before these weeks still "
            f"{Word(earlier):runs and is|run and are} not in the picture; find "
            f"{Word(earlier):it|them} among late matters.",
        ),
    )
    return Tally(
        rows, WEEKDAYS, put(placed, rows, WEEKDAYS), Text("一周", "Week"),
        notes=notes if earlier else (),
    )  # fmt: skip


def _place(due: date) -> tuple[str, str]:
    return str(due - timedelta(days=due.weekday())), str(due.isoweekday())


def _week(start: date) -> Text:
    said = say(start)
    return Text(f"{said.zh}起", f"from {said.en}")


# --- the flow -----------------------------------------------------------------------------------

ORIGINS = (
    Line("duty", Text("按期履职", "A recurring duty")),
    Line("flag", Text("数据预警", "A flag over data")),
    Line("field", Text("现场记录", "Written down on the spot")),
    Line("matter", Text("由其他事项开启", "Another matter")),
    Line("opened", Text("直接登记", "Opened by itself")),
)
OUTCOMES = (
    Line("open", Text("在办", "Under way")),
    Line("late", Text("在办，已超期", "Under way, late")),
    Line("closed", Text("按期办结", "Closed, every limit kept")),
    Line("missed", Text("办结，曾超期", "Closed, a limit missed")),
)


def flow(who: Who, *, on: date) -> Tally:
    """Put matters by where they came from and their kind of work, and by what became of them."""
    those, notes = facts(who)
    by_procedure, all_kinds = kinds()
    ids = [one.pk for one in those]
    missed = counted.missed(ids, on=on)
    opened_from = counted.opened_from(who, ids)
    placed = []
    for one in those:
        origin = _origin(one, opened_from)
        kind = by_procedure.get(one.procedure, OTHER).key
        is_missed = one.pk in missed
        outcome = ("missed" if is_missed else "closed") if one.is_final else (
            "late" if is_missed else "open")  # fmt: skip
        placed.append((f"{origin}.{kind}", outcome, one.ref))
    there = {row for row, _, _ in placed}
    rows = tuple(
        Line(
            f"{o.key}.{k.key}", Text(f"{o.title.zh} → {k.title.zh}", f"{o.title.en} → {k.title.en}")
        )
        for o in ORIGINS
        for k in all_kinds
        if f"{o.key}.{k.key}" in there
    )
    return Tally(
        rows, OUTCOMES, put(placed, rows, OUTCOMES), Text("来源 → 工作", "Source → kind of work"),
        notes=notes,
    )  # fmt: skip


def _origin(one: Fact, opened_from: set[int]) -> str:
    prefix = one.source.partition(":")[0]
    if any(prefix == line.key for line in ORIGINS[:3]):
        return prefix
    return "matter" if one.pk in opened_from else "opened"


# --- ageing -------------------------------------------------------------------------------------

AGE_COLUMNS = (
    Line("30", Text("30 天以内", "up to 30 days")),
    Line("90", Text("31–90 天", "31–90 days")),
    Line("180", Text("91–180 天", "91–180 days")),
    Line("365", Text("181–365 天", "181–365 days")),
    Line("more", Text("一年以上", "over a year")),
)


def _age(days: int) -> str:
    return next((name for most, name in AGES if days <= most), "more")


def ageing(who: Who, *, on: date, body: int | None = None) -> Tally:
    """Put open matters by kind of work and by natural days since they were opened."""
    those, notes = facts(who, is_open=True, bodies=[body] if body else None)
    by_procedure, all_kinds = kinds()
    placed = [
        (by_procedure.get(one.procedure, OTHER).key, _age((on - one.opened_date).days), one.ref)
        for one in those
    ]
    rows = used(all_kinds, {row for row, _, _ in placed})
    return Tally(
        rows, AGE_COLUMNS, put(placed, rows, AGE_COLUMNS), Text("工作", "Kind of work"), notes=notes
    )


# --- repairs ------------------------------------------------------------------------------------

CLOSED_IN = (
    Line("90", Text("90 天内办结", "closed within 90 days")),
    Line("180", Text("91–180 天办结", "in 91–180 days")),
    Line("365", Text("181–365 天办结", "in 181–365 days")),
    Line("more", Text("一年以后办结", "after a year")),
    Line("open", Text("尚未办结", "still open")),
)


def repairs(who: Who, *, on: date) -> Tally:
    """Put repairs by the year they were opened, and by how soon they were closed."""
    names = sorted(procedures_in("repairs"))
    those, notes = facts(who, procedures=names)
    placed = [(str(one.opened_date.year), _closed_in(one), one.ref) for one in those]
    years = sorted({year for year, _, _ in placed})
    rows = tuple(Line(year, Text(f"{year} 年", year)) for year in years)
    held = put(placed, rows, CLOSED_IN)
    among = Counter(year for year, _, _ in placed)
    closed = Counter(year for year, how, _ in placed if how != "open")
    share = Beside(
        Text("办结比例（95% 区间）", "Share closed (95 % interval)"),
        {year: _share(closed[year], among[year]) for year in years},
    )
    return Tally(rows, CLOSED_IN, held, Text("开启年份", "Year opened"), (share,), notes)


def _closed_in(one: Fact) -> str:
    if one.closed_date is None:
        return "open"
    days = (one.closed_date - one.opened_date).days
    return "90" if days <= 90 else _age(days)


def _share(of: int, among: int) -> Text:
    low, high = wilson(of, among)
    held, between = f"{100 * of / among:.0f}%", f"{low:.0f}–{high:.0f}%"
    return Text(f"{held}（{between}）", f"{held} ({between})")


# --- load, and units by kind of work --------------------------------------------------------------

LOAD = (
    Line("late", Text("已超期", "late")),
    Line("soon", Text("两周内到期", "due within two weeks")),
    Line("rest", Text("其余在办", "other open")),
)


def load(who: Who, *, on: date) -> Tally:
    """Put the open matters of the reader's teams by what is due; and how many serve there."""
    teams = around(who, on=on).teams
    rows = tuple(Line(team.code, team.name) for team in teams)
    code = {team.pk: team.code for team in teams}
    those, notes = facts(who, is_open=True, bodies=code)
    due = counted.next_dues(one.pk for one in those)
    placed = [(code[one.body_id], _pressing(due.get(one.pk), on), one.ref) for one in those]
    serving = Tenure.objects.filter(in_force(on), post__body_id__in=list(code))
    pairs = set(serving.values_list("post__body_id", "person_id"))
    people = Counter(code[body] for body, _ in pairs)
    said = {row.key: Text(str(people[row.key]), str(people[row.key])) for row in rows}
    posts = Beside(Text("在岗人数", "People on posts"), said)
    return Tally(rows, LOAD, put(placed, rows, LOAD), Text("派驻机构", "Team"), (posts,), notes)


def _pressing(due: date | None, on: date) -> str:
    if due is None or due > on + SOON:
        return "rest"
    return "late" if due < on else "soon"


def powers(who: Who, *, on: date) -> Tally:
    """Put the matters that units have a part in by unit and kind of work.

    The register of powers is not there yet: kinds of work stand in its place, and the page says so.
    """
    found = around(who, on=on)
    units = {u.pk: u for those in found.units.values() for u in those}
    ordered = sorted(
        {u.pk: u for u in (*found.own_units, *units.values())}.values(), key=lambda u: u.code
    )
    code = {unit.pk: unit.code for unit in ordered}
    rows_found = counted.parts_of(who, code, most=MOST + 1)
    by_procedure, all_kinds = kinds()
    placed = [
        (code[body], by_procedure.get(procedure, OTHER).key, ref)
        for body, procedure, ref, _ in rows_found[:MOST]
    ]
    rows = tuple(Line(unit.code, unit.name) for unit in ordered)
    columns = used(all_kinds, {kind for _, kind, _ in placed})
    notes = (left_out(),) if len(rows_found) > MOST else ()
    return Tally(rows, columns, put(placed, rows, columns), Text("单位", "Unit"), notes=notes)


STATES = (Line("open", Text("在办", "Under way")), Line("closed", Text("已办结", "Closed")))


def unit(who: Who, *, on: date, body: int) -> Tally:
    """Put the matters one unit has a part in by kind of work, and by whether they are closed."""
    found = counted.parts_of(who, [body], most=MOST + 1)
    by_procedure, all_kinds = kinds()
    placed = [
        (by_procedure.get(procedure, OTHER).key, "closed" if is_closed else "open", ref)
        for _, procedure, ref, is_closed in found[:MOST]
    ]
    rows = used(all_kinds, {row for row, _, _ in placed})
    notes = (left_out(),) if len(found) > MOST else ()
    return Tally(rows, STATES, put(placed, rows, STATES), Text("工作", "Kind of work"), notes=notes)
