"""Find the mistakes in a return: every name it uses must be declared by the procedures it counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from paizhu.analysis.returns.spec import Line, Return, Tally
from paizhu.engine.entries import KINDS
from paizhu.kernel.text import Text
from paizhu.rules.conditions import fields_of
from paizhu.rules.mistakes import Mistake, unknown_name
from paizhu.rules.reading import read_yaml
from paizhu.rules.rulebook import Rulebook
from paizhu.rules.spec import Condition, FieldIs, FieldSpec, Procedure

#: Which days, standings and narrowing keys a view knows.
DAYS = {
    "matters": ("opened", "closed"),
    "steps": ("done",),
    "clocks": ("due", "started", "stopped"),
    "parts": ("opened",),
    "children": ("opened",),
    "activities": ("done",),
}
STANDINGS: Mapping[str, tuple[str, ...]] = {
    "matters": ("open", "closed"),
    "clocks": ("running", "late", "kept", "missed"),
    "children": ("open", "closed", "excused"),
}
KEYS = {
    "matters": ("stage", "each"),
    "steps": ("action", "each"),
    "clocks": ("clock",),
    "parts": ("part",),
    "children": (),
    "activities": ("action", "kind"),
}
_IDENTITY = Text(
    "报表不得按检举控告人身份一类的字段统计。",
    "No return counts by a field that says who a reporter is.",
)
#: Views whose rows belong to the year their matter was opened in.
COHORTS = ("matters", "parts", "children")
_COHORT = Text(
    "分年度的行按事项开立的年度归类，只用于下列视图。",
    "A line per year takes matters by the year they were opened in; only these views have that.",
)
PARTS = ("holder", "lead", "member", "respondent", "adviser", "recipient", "superior")
_NO_LEAGUE = Text(
    "按机构分行的表只列状态和是否按时，不按件数排队：请用时限（clocks）、是否办结（stands）、所处阶段（stage）或比率（share）。",
    "A table with a row per body shows state and lateness, no numbers to rank by: use clocks, stands, stage or share.",
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A return with the file it stands in."""

    spec: Return
    path: Path
    data: bytes

    def mistake(self, *keys: str, say: Text, allowed: Iterable[str] = ()) -> Mistake:
        """Name a mistake at `keys`."""
        source = read_yaml(self.data)
        place = source.written(keys)
        return Mistake(
            self.path.as_posix(), source.line(place), ".".join(place), say, tuple(sorted(allowed))
        )

    def unknown(self, *keys: str, what: Text, name: str, allowed: Iterable[str]) -> Mistake:
        """Say that `name` is not declared."""
        names = list(allowed)
        return self.mistake(*keys, say=unknown_name(what, name, names), allowed=names)


def mistakes_of(filed: Filed, book: Rulebook) -> list[Mistake]:
    """Give every mistake; what rests on unknown names is not looked at further."""
    spec = filed.spec
    found: list[Mistake] = []
    if filed.path.stem != spec.return_:
        say = Text("报表须与文件同名。", "A return is named as its file.")
        found.append(filed.mistake("return", say=say, allowed=[filed.path.stem]))
    for name, tally in spec.counts.items():
        found += _Rule(filed, book, name, tally).mistakes()
    found += _used_counts(filed)
    return found or [*_lines(filed, book), *_league(filed)]


def _specs(book: Rulebook, name: str) -> tuple[Procedure, ...]:
    return tuple(version.spec for version in book.procedures.get(name, ()))


def _fields(book: Rulebook, tally: Tally) -> list[dict[str, FieldSpec]]:
    """Give the fields of each procedure counted, of all its versions."""
    return [
        {name: field for spec in _specs(book, one) for name, field in spec.fields.items()}
        for one in tally.procedure
    ]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One counting rule under check."""

    filed: Filed
    book: Rulebook
    name: str
    tally: Tally

    def mistakes(self) -> list[Mistake]:
        unknown = [
            self.filed.unknown(
                "counts", self.name, "procedure", what=Text("程序", "procedure"), name=one,
                allowed=self.book.procedures,
            )
            for one in self.tally.procedure
            if one not in self.book.procedures
        ]  # fmt: skip
        return unknown or [
            *self._keys(), *self._names(), *self._day(), *self._conditions(), *self._each()
        ]  # fmt: skip

    def _each(self) -> Iterator[Mistake]:
        for fields in _fields(self.book, self.tally):
            field = fields.get(self.tally.each or "")
            if field is not None and field.level == "identity":
                yield self.filed.mistake("counts", self.name, "each", say=_IDENTITY)

    def _keys(self) -> Iterator[Mistake]:
        view = self.tally.view
        for key in ("stage", "action", "clock", "part", "kind", "each"):
            if getattr(self.tally, key) and key not in KEYS[view]:
                yield self.filed.mistake("counts", self.name, key, allowed=KEYS[view], say=Text(
                    f"视图 {view} 没有“{key}”。", f"The view {view} knows no “{key}”."))  # fmt: skip
        stands = self.tally.stands
        if stands is not None and stands not in STANDINGS.get(view, ()):
            yield self.filed.unknown(
                "counts", self.name, "stands", what=Text("状态", "standing"), name=stands,
                allowed=STANDINGS.get(view, ()),
            )  # fmt: skip

    def _names(self) -> Iterator[Mistake]:
        specs = [spec for one in self.tally.procedure for spec in _specs(self.book, one)]
        declared = {
            "stage": {name for spec in specs for name in spec.stages},
            "action": {name for spec in specs for name in spec.actions},
            "clock": {name for spec in specs for name in spec.clocks},
            "part": set(PARTS),
            "kind": set(KINDS),
            "each": {name for spec in specs for name in spec.fields},
        }
        for key, allowed in declared.items():
            given = getattr(self.tally, key) or ()
            for name in [given] if isinstance(given, str) else given:
                if name not in allowed:
                    what = Text(f"“{key}”项", f"{key}")
                    yield self.filed.unknown(
                        "counts", self.name, key, what=what, name=name, allowed=allowed
                    )

    def _day(self) -> Iterator[Mistake]:
        day, view = self.tally.day, self.tally.view
        dates = {
            name
            for fields in _fields(self.book, self.tally)
            for name, field in fields.items()
            if field.type == "date"
        }
        allowed = {*DAYS[view], *(dates if view in ("matters", "steps") else ())}
        if day is not None and day not in allowed:
            yield self.filed.unknown(
                "counts", self.name, "day", what=Text("日期", "day"), name=day, allowed=allowed
            )

    def _conditions(self) -> Iterator[Mistake]:
        yield from _condition(
            self.filed, ("counts", self.name, "where"), self.tally.where,
            _fields(self.book, self.tally),
        )  # fmt: skip


def _condition(
    filed: Filed,
    keys: tuple[str, ...],
    condition: Condition | None,
    procedures: list[dict[str, FieldSpec]],
) -> Iterator[Mistake]:
    """Report fields that one of the procedures lacks, and values none of its options has."""
    for part in fields_of(condition):
        for fields in procedures:
            if part.field not in fields:
                yield filed.unknown(
                    *keys, what=Text("字段", "field"), name=part.field, allowed=fields
                )
                continue
            field = fields[part.field]
            if field.level == "identity":
                yield filed.mistake(*keys, say=_IDENTITY)
            if not field.options:
                continue
            values = (part.is_,) if isinstance(part, FieldIs) else part.in_
            for value in values:
                if value not in field.options:
                    yield filed.unknown(
                        *keys, what=Text("选项", "option"), name=str(value), allowed=field.options
                    )


def counts_of(line: Line) -> tuple[str, ...]:
    """Give the counting rules a line's figure is made from."""
    share = (line.share.of, line.share.among) if line.share else ()
    median = (line.median.count,) if line.median else ()
    return tuple(c for c in (line.count, *share, *median, line.per_hundred_posts) if c)


def _used_counts(filed: Filed) -> Iterator[Mistake]:
    spec = filed.spec
    used = [
        (place, name, count)
        for place, lines in (("rows", spec.rows), ("columns", spec.columns))
        for name, line in lines.items()
        for count in counts_of(line)
    ]
    used += [("asks", name, c) for name, one in spec.asks.items() for c in (one.many, one.few)]
    used += [("ledger", "", count) for count in spec.ledger]
    for place, name, count in used:
        if count not in spec.counts:
            keys = (place, name) if name else (place,)
            yield filed.unknown(
                *keys, what=Text("计数规则", "count"), name=count, allowed=spec.counts
            )


def _lines(filed: Filed, book: Rulebook) -> Iterator[Mistake]:
    spec = filed.spec
    for place, lines in (("rows", spec.rows), ("columns", spec.columns)):
        for name, line in lines.items():
            if line.each == "body" and (place == "columns" or spec.of != ("organ",)):
                yield filed.mistake(place, name, "each", say=Text(
                    "按机构分行只用于派出机关（of: organ）的表的行。",
                    "A line per body is for the rows of a return of an organ (of: organ)."))  # fmt: skip
            if line.options_of and not options_of(book, line.options_of):
                yield filed.mistake(place, name, "options_of", say=Text(
                    "须写成“程序.字段”，且该字段有选项。",
                    "It must be `procedure.field`, a field that has options."))  # fmt: skip
    for row, across in spec.rows.items():
        for column, down in spec.columns.items():
            yield from _cell(filed, book, (row, across), (column, down))


def options_of(book: Rulebook, place: str) -> dict[str, Text]:
    """Give the options of `procedure.field`, of all versions, in declared order."""
    procedure, _, field = place.partition(".")
    found: dict[str, Text] = {}
    for spec in _specs(book, procedure):
        if field in spec.fields:
            found |= spec.fields[field].options
    return found


def _cell(
    filed: Filed, book: Rulebook, row: tuple[str, Line], column: tuple[str, Line]
) -> Iterator[Mistake]:
    figures = [*row[1].figures, *column[1].figures]
    if len(figures) != 1:
        yield filed.mistake("rows", row[0], say=Text(
            f"行“{row[0]}”与列“{column[0]}”合起来须恰有一个数（count、share、median 等），现有 {len(figures)} 个。",
            f"Row “{row[0]}” and column “{column[0]}” must together say one figure (count, share, median …), "
            f"not {len(figures)}."))  # fmt: skip
        return
    used = counts_of(row[1]) or counts_of(column[1])
    procedures = [fields for c in used for fields in _fields(book, filed.spec.counts[c])]
    if "year" in (row[1].each, column[1].each):
        for count in used:
            if filed.spec.counts[count].view not in COHORTS:
                yield filed.mistake("counts", count, "view", say=_COHORT, allowed=COHORTS)
    yield from _median(filed, book, row, column)
    for place, (name, line) in (("rows", row), ("columns", column)):
        yield from _condition(filed, (place, name, "where"), line.where, procedures)
        if line.options_of:
            field = line.options_of.partition(".")[2]
            for fields in procedures:
                if field not in fields:
                    yield filed.unknown(
                        place, name, "options_of", what=Text("字段", "field"), name=field, allowed=fields
                    )  # fmt: skip


def _median(
    filed: Filed, book: Rulebook, row: tuple[str, Line], column: tuple[str, Line]
) -> Iterator[Mistake]:
    """Report days of a median that no matter has."""
    for place, (name, line) in (("rows", row), ("columns", column)):
        if line.median is None:
            continue
        tally = filed.spec.counts[line.median.count]
        dates = [
            field
            for fields in _fields(book, tally)
            for field, spec in fields.items()
            if spec.type == "date"
        ]
        for key, day in (("from", line.median.from_), ("to", line.median.to)):
            if day not in ("opened", "closed", *dates):
                yield filed.unknown(
                    place, name, "median", key, what=Text("日期", "day"), name=day,
                    allowed=("opened", "closed", *dates),
                )  # fmt: skip


def _league(filed: Filed) -> Iterator[Mistake]:
    """Refuse a table in which bodies could be ranked by how much they did."""
    spec = filed.spec
    if not any(line.each == "body" for line in spec.rows.values()):
        return
    for name, line in spec.columns.items():
        plain = [c for c in (line.count, line.per_hundred_posts) if c]
        for count in plain:
            tally = spec.counts[count]
            if tally.view != "clocks" and not tally.stands and not tally.stage:
                yield filed.mistake("columns", name, say=_NO_LEAGUE)
