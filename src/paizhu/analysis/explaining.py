"""Why a flag was raised: the sentence, the limit and where it comes from, and the rows themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from paizhu.analysis import store
from paizhu.analysis.catalog import tables
from paizhu.analysis.measures import measure_named, measures
from paizhu.analysis.measurespec import Basis, Filling, Measure, Parameter
from paizhu.analysis.models import Flag, Load, Source
from paizhu.analysis.problems import cut
from paizhu.analysis.sources import day_of
from paizhu.analysis.tables import Column, Table
from paizhu.kernel import days, money
from paizhu.kernel.text import Text, Word

#: So many rows are shown and named; a flag that rests on more is too wide to be read row by row.
MOST_ROWS: Final = 100
#: So many characters of rows stand in a question; a field of long text holds a little more.
LONGEST_ROWS: Final = 18_000
ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row a flag rests on: where it stands and what it says."""

    file: str
    sheet: str
    row: int
    #: Title and value of each column that holds something.
    cells: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class ParameterCard:
    """A number that decided, as it applied."""

    title: Text
    value: Text
    #: The day from which it applies, as text; empty when it always did.
    since: str
    is_example: bool
    note: Text | None
    #: The name of the parameter, and between which values an institution may choose.
    name: str = ""
    bounds: Text | None = None
    #: Set by an act of the institution: what the packs say instead, and the act, if the reader may know of it.
    is_own: bool = False
    packs_say: Text | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class FlagCard:
    """Everything a person needs to judge a flag, in both languages."""

    id: int
    measure: str
    title: Text
    body: Text
    subject: str
    sentence: Text
    status: str
    matter: str
    reasons: str
    first_seen: datetime
    last_seen: datetime
    asks: Text | None
    why: Text
    exclusions: tuple[Text, ...]
    known_false_alarms: tuple[Text, ...]
    basis: tuple[Basis, ...]
    parameters: tuple[ParameterCard, ...]
    #: Rows in all and rows judged in the run that saw it last, and why the others were not.
    population: Text
    left_out: tuple[Text, ...]
    #: The first rows, and how many there are in all.
    rows: tuple[EvidenceRow, ...]
    rows_total: int
    #: Why rows are missing; None when all are shown.
    rows_gone: Text | None
    #: Digest of the measure as it was, and the earlier flag this one follows.
    measure_digest: str
    follows: int | None


class _Filling(dict[str, str]):
    """What fills a sentence; a name that an earlier text of the measure did not find stays empty."""

    def __getitem__(self, name: str) -> str:
        return Word(self.get(name, "–"))


def sentence(flag: Flag) -> Text:
    """Fill the measure's sentence with what the flag found."""
    known = measures().get(flag.measure)
    if known is None or known.spec.says is None:
        return Text(flag.subject, flag.subject)
    says = known.spec.says
    return Text(
        says.zh.format_map(_words(known.spec, flag, "zh")),
        says.en.format_map(_words(known.spec, flag, "en")),
    )


def prefilled(flag: Flag, *, language: str, now: datetime) -> dict[str, object]:
    """Give what the flag fills in beforehand in the form of the question."""
    spec = measure_named(flag.measure).spec
    said = sentence(flag).say(language)
    words: dict[Filling, str] = {
        "title": spec.title.say(language),
        "sentence": said,
        "brief": cut(said, longest=300),
        "asks": (spec.asks or Text("", "")).say(language),
        "body": flag.body.code,
        "subject": flag.subject,
        "value": "" if flag.value is None else money.as_text(_cents(flag.value)),
        "measure": flag.measure,
        "flag": str(flag.pk),
    }
    if "rows" in spec.fills.values():
        words["rows"] = _rows_named([flag, *_put_to(flag)], language, now=now)
    return {**spec.states, **{field: words[what] for field, what in spec.fills.items()}}


def _put_to(flag: Flag) -> Iterator[Flag]:
    """Give the flags that were put to this one, as far as their measures are still declared."""
    known = measures()
    for one in Flag.objects.filter(merged_into=flag).order_by("pk"):
        if one.measure in known:
            yield one


def _rows_named(found: Sequence[Flag], language: str, *, now: datetime) -> str:
    """Name the rows of a flag and of those put to it, each once, as the unit that is asked may read
    them; what is left out is counted.
    """
    lines: list[str] = []
    seen: set[tuple[object, object]] = set()
    more = length = 0
    for flag in found:
        spec = measure_named(flag.measure).spec
        fresh = [one for one in flag.evidence if (one["load"], one["row"]) not in seen]
        seen |= {(one["load"], one["row"]) for one in fresh}
        rows = evidence_rows(flag, spec, now=now, only=fresh, for_unit=True)
        heading = [spec.title.say(language)] if len(found) > 1 and rows else []
        for line in (*heading, *(_named(row, language) for row in rows)):
            if length + len(line) > LONGEST_ROWS:
                more += line not in heading
                continue
            lines.append(line)
            length += len(line) + 1
        more += len(fresh) - len(rows)
    if more:
        lines.append(
            Text(f"另有 {more} 行", f"and {more} {Word(more):row|rows} more").say(language)
        )
    return "\n".join(lines)


def _named(row: EvidenceRow, language: str) -> str:
    """Name a row so that the unit finds it in its own book."""
    book = row.file if row.sheet == row.file else f"{row.file} “{row.sheet}”"
    place = Text(f"{book} 第 {row.row} 行：", f"{book} row {row.row}: ").say(language)
    cells = (f"{title.say(language)} {value}" for title, value in row.cells)
    return place + Text("；", "; ").say(language).join(cells)


def why(
    flag: Flag, *, now: datetime, known: Collection[str] = (), for_unit: bool = False
) -> FlagCard:
    """Explain a flag; the rows are shown only while their source may be read, and of the acts that
    set a value only those are named whose matters are `known` to the reader. A reader of the unit
    that was asked sees neither the rows of tables that the unit does not read nor what was thought of
    its answer.
    """
    spec = measure_named(flag.measure).spec
    rows = evidence_rows(flag, spec, now=now, for_unit=for_unit)
    run = flag.run
    return FlagCard(
        flag.pk, flag.measure, spec.title, flag.body.name, flag.subject, sentence(flag),
        "asked" if for_unit else flag.status, flag.matter, "" if for_unit else flag.reasons,
        flag.first_seen, flag.last_seen, spec.asks, spec.why,
        spec.exclusions, spec.known_false_alarms, spec.basis,
        parameter_cards(spec, flag.parameters, on=run.on_date, known=known),
        Text(f"共 {run.rows} 行，可评估 {run.assessable} 行", f"{run.rows} {Word(run.rows):row|rows}, {run.assessable} of them judged"),
        tuple(Text(f"{one['zh']}：{one['rows']} 行", f"{one['en']}: {one['rows']} {Word(one['rows']):row|rows}") for one in run.left_out),
        rows, len(flag.evidence), _gone(min(len(flag.evidence), MOST_ROWS) - len(rows), for_unit),
        flag.measure_digest, flag.follows_id,
    )  # fmt: skip


def _gone(missing: int, for_unit: bool) -> Text | None:
    """Say why rows are missing."""
    if not missing:
        return None
    if for_unit:
        return Text(
            f"{missing} 行不向被询问单位显示，或者其数据源已到期、已撤回。",
            f"{missing} {Word(missing):row is|rows are} not shown to the unit that was asked, or the source expired or was withdrawn.",
        )  # fmt: skip
    return Text(
        f"{missing} 行已不可读：数据源已到期或已撤回，借来的数据用完即还。",
        f"{missing} {Word(missing):row|rows} can no longer be read: the source expired or was withdrawn; borrowed data go back.",
    )  # fmt: skip


def evidence_rows(
    flag: Flag, spec: Measure, *, now: datetime, only: Sequence[Mapping[str, Any]] | None = None,
    for_unit: bool = False,
) -> tuple[EvidenceRow, ...]:  # fmt: skip
    """Read the first rows of a flag, or of `only` these; none from a source that is not usable today.

    `for_unit` leaves out the tables that the unit which is asked does not read.
    """
    read = [tables()[name] for name in spec.inputs]
    shown = {table.table for table in read if table.unit_reads or not for_unit}
    evidence = flag.evidence if only is None else only
    loads = {one["load"] for one in evidence}
    sources = Source.objects.filter(
        pk__in=Load.objects.filter(pk__in=loads).values("source_id"), table__in=shown
    )
    named = [f"{one['load']}:{one['row']}" for one in evidence[:MOST_ROWS]]
    with store.connect(list(sources), tables=read, on=day_of(now)) as connection:
        found = {
            str(row["row_id"]): _row(row, table)
            for table in read
            for row in store.rows_at(connection, table, named)
        }
    return tuple(found[row_id] for row_id in named if row_id in found)


def _row(row: Mapping[str, object], table: Table) -> EvidenceRow:
    shown = tuple(
        (column.title, _cell(row[name], column))
        for name, column in table.columns.items()
        if row[name] is not None
    )
    return EvidenceRow(str(row["_file"]), str(row["_sheet"]), int(str(row["_row"])), shown)


def _cell(value: object, column: Column) -> str:
    if column.type == "number":
        # The store keeps six places of each number; a book that says 22 does not say 22.000000.
        return f"{Decimal(str(value)).normalize():f}"
    return _money(value) if column.type == "money" else str(value)


def _money(value: object) -> str:
    return money.say(_cents(Decimal(str(value))))


def _cents(amount: Decimal) -> Decimal:
    """Leave off the third and fourth place where they are empty."""
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else amount.normalize()


def acts_of(flag: Flag) -> list[str]:
    """Give the acts by whose values a flag was raised."""
    return sorted(
        {str(ref) for used in flag.parameters.values() for _, _, *by in used for ref in by}
    )


def parameter_cards(
    spec: Measure, used: Mapping[str, Sequence[Sequence[str | None]]], *, on: date,
    known: Collection[str] = (),
) -> tuple[ParameterCard, ...]:  # fmt: skip
    """Show each value that was used, with the day from which it applies and where it comes from."""
    return tuple(
        _card(name, p, one, on, known)
        for name, p in spec.parameters.items()
        for one in used.get(name, ())
    )


def _card(
    name: str, p: Parameter, used: Sequence[str | None], on: date, known: Collection[str]
) -> ParameterCard:
    since, value, *by = used
    own = p.value.at(date.fromisoformat(since) if p.dated_by and since else on)
    act = next((str(ref) for ref in by if ref in known), "")
    bounds = None if p.least is None or p.most is None else Text(
        f"{say_value(p, p.least).zh} – {say_value(p, p.most).zh}",
        f"{say_value(p, p.least).en} – {say_value(p, p.most).en}")  # fmt: skip
    return ParameterCard(
        p.title, say_value(p, Decimal(value or 0)), since or "", p.example and not by, p.note,
        name, bounds, bool(by), say_value(p, own) if by and own is not None else None, act,
    )  # fmt: skip


def say_value(parameter: Parameter, value: Decimal) -> Text:
    """Say a value of a parameter with its unit."""
    if parameter.unit == "money":
        unit = _unit(str(parameter.currency))
        return Text(f"{_money(value)} {unit.zh}", f"{_money(value)} {unit.en}")
    if parameter.unit == "share":
        share = f"{(value * 100).normalize():f}"
        return Text(f"{share}%", f"{share} %")
    number = f"{value.normalize():f}"
    if parameter.unit == "days":
        return Text(f"{number} 天", f"{number} {Word(number):day|days}")
    return Text(number, number)


def _unit(currency: str) -> Text:
    """Say a currency as one writes it behind an amount."""
    return Text("元" if currency == "CNY" else currency, currency)


def _fact(value: object, language: str) -> str:
    """Say what the query found: a day as days are said, a currency as the unit it is."""
    words = "–" if value is None else str(value)
    if ISO_DAY.fullmatch(words):
        # A number that only looks like a day, such as that of an invoice, stays as it is.
        with suppress(ValueError):
            return days.say(date.fromisoformat(words)).say(language)
    return _unit(words).say(language)


def _words(spec: Measure, flag: Flag, language: str) -> dict[str, str]:
    amounts = spec.one_flag.money if spec.one_flag else ()
    translated = spec.one_flag.words if spec.one_flag else {}
    words = _Filling()
    for name, used in flag.parameters.items():
        parameter = spec.parameters.get(name)
        if parameter is not None and used:
            words[name] = say_value(parameter, Decimal(used[-1][1])).say(language)
    for name, value in flag.facts.items():
        if name in amounts and value is not None:
            words[name] = _money(value)
        elif name in translated and str(value) in translated[name]:
            words[name] = translated[name][str(value)].say(language)
        else:
            words[name] = _fact(value, language)
    return words
