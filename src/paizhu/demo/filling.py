"""What people fill in: the values of a script, with the bodies, persons and days of this story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from paizhu.demo.institution import Institution
from paizhu.demo.scripts import Beat
from paizhu.demo.wording import EMPTY, WORDS
from paizhu.engine.state import State
from paizhu.registry.models import Person
from paizhu.rules.conditions import holds
from paizhu.rules.spec import FieldSpec, Procedure

_REF = re.compile(r"[A-Z]{2}-[A-Z]{2,}-\d{4}-\d{3}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: The kind of body in which a post stands.
PLACE_OF = {
    **dict.fromkeys(("head", "deputy", "section_head", "keeper", "self_supervision", "officer"), "team"),
    **dict.fromkeys(("unit_head", "liaison"), "unit"),
    **dict.fromkeys(("office_head", "office_officer"), "office"),
    **dict.fromkeys(("duty_leader", "case_office"), "organ"),
    "partner_contact": "partner",
}  # fmt: skip
#: Which office does what; the others turn to the office linked with the team.
OFFICE_OF = {
    "trial": "SLS", "trial_office": "SLS", "appeal": "AGS", "appeal_office": "AGS",
    "intake_feedback": "XFS", "team_inspection": "GJS", "complaint_about_team": "GJS",
    "support_request": "ZZB",
}  # fmt: skip
LINKED = ("JD1", "JD2")
#: Where a kind of receiver or sender is to be found.
PARTNER_OF = {
    "audit": "SJJ", "finance": "CJD", "statistics": "TJJ", "inspection": "XCB", "judiciary": "JCY",
    "personnel": "RSJ", "locality": "JXX",
}  # fmt: skip
#: Persons of the team itself, where a procedure is about its own people.
OF_THE_TEAM = frozenset({
    "recusal_request.concerned", "recusal_request.applicant", "staff_breach.person",
    "contact_report.who", "complaint_about_team.persons",
})  # fmt: skip
#: Days of what has happened, from which a linked matter counts.
NEVER_AHEAD = frozenset({"decision_date"})
#: Posts of people in units who are written about but have no part themselves.
WRITTEN_ABOUT = ("procurement", "equipment", "pharmacy", "logistics", "finance", "information", "personnel", "licensing", "business")  # fmt: skip


@dataclass(slots=True)
class Place:
    """Where a story is set: its team and unit, its dice, and the matters people there know."""

    institution: Institution
    team: str
    unit: str
    dice: Random
    refs: Sequence[str] = ()

    def office(self, *names: str) -> str:
        """Give the office for a procedure or a field."""
        found = [OFFICE_OF[name] for name in names if name in OFFICE_OF]
        return found[0] if found else LINKED[self.institution.teams.index(self.team) % 2]

    def body(self, kind: str, *names: str) -> str:
        """Give the code of a body of a kind as this story knows it."""
        if kind == "organ":
            return "SJW"
        if kind == "office":
            return self.office(*names)
        if kind == "partner":
            return self.dice.choice(sorted(PARTNER_OF.values()))
        return self.team if kind == "team" else self.unit

    def sisters(self, least: int) -> list[str]:
        """Give other teams."""
        others = [team for team in self.institution.teams if team != self.team]
        return self.dice.sample(others, min(len(others), self.dice.randint(least, least + 1)))

    def somebody(self) -> Person:
        """Give somebody of the unit who may be written about."""
        holders = self.institution.holders
        posts = [post for post in WRITTEN_ABOUT if (self.unit, post) in holders]
        return holders[(self.unit, self.dice.choice(posts))][0]


def filled(
    place: Place, procedure: Procedure, beat: Beat, state: State, today: date
) -> dict[str, object]:
    """Give what is filled into the form of a beat today."""
    raw: dict[str, Any] = {}
    known: dict[str, object] = dict(state.values)
    form = procedure.actions[beat.action].form
    for name in form:
        spec = procedure.fields[name]
        if beat.raw.get(name) is None:
            # Another script began this matter: what its course asks for besides is made up here.
            if not (spec.required and holds(spec.when, {**state.values, **raw})):
                continue
            beat = replace(beat, raw={**beat.raw, name: _made_up(spec, beat.day)})
        value = _value(place, procedure, name, beat, {**known, **raw}, state, today)
        if value is not None:
            raw[name] = value
    return raw


def _made_up(spec: FieldSpec, day: date) -> object:
    """Give a plain value where a script has none."""
    if spec.type == "choice":
        return next(iter(spec.options))
    if spec.type == "choices":
        return [next(iter(spec.options))]
    if spec.type == "lines":
        return [{k: day if c.type == "date" else "见附件" for k, c in spec.columns.items()}]
    return {"date": day, "yesno": False, "number": 1, "money": "10000"}.get(spec.type, "略")


def _value(
    place: Place,
    procedure: Procedure,
    name: str,
    beat: Beat,
    known: Mapping[str, object],
    state: State,
    today: date,
) -> object:
    spec, value = procedure.fields[name], beat.raw[name]
    shift = today - beat.day
    if spec.type == "organization":
        return _body(place, procedure, name, spec, known, state)
    if spec.type == "organizations":
        return _bodies(place, procedure, name, spec)
    if spec.type == "person":
        return _person(place, procedure, name)
    if spec.type == "date":
        moved = date.fromisoformat(str(value)[:10]) + shift
        is_counted = name in NEVER_AHEAD or any(
            clock.counted_from == name for clock in procedure.clocks.values()
        )
        return (min(moved, today) if is_counted else moved).isoformat()
    if spec.type == "code":
        return _code(place, name, spec, state, today)
    if spec.type == "lines":
        return _lines(place, value, shift)
    if spec.type in ("text", "longtext"):
        return _words(place, procedure, name, spec, str(value))
    return value


def _body(
    place: Place,
    procedure: Procedure,
    name: str,
    spec: FieldSpec,
    known: Mapping[str, object],
    state: State,
) -> str | None:
    """Give the body a field is to name, by the posts that act in its part."""
    key = place.institution.key
    if spec.ends_part or name == "former":
        there = state.parts.get(spec.ends_part or "recipient", ())
        return f"body:{there[-1]}" if there else None
    if name == "team":
        return key(place.team)
    kind = known.get("to_kind")
    if name == "recipient" and kind == "sister":
        return key(place.sisters(1)[0])
    if name == "recipient" and kind == "organ":
        return key("SJW")
    if name in ("recipient", "sender", "answer_to") and kind in PARTNER_OF:
        return key(PARTNER_OF[str(kind)])
    if name == "answer_to" and known.get("sender"):
        return str(known["sender"])
    posts = [role.post or one for one, role in procedure.roles.items() if role.at == spec.part]
    kinds = [PLACE_OF[post] for post in posts if post in PLACE_OF]
    where = kinds[0] if spec.part and kinds else "unit"
    if where == "team" and spec.part == "member":
        return key(place.sisters(1)[0])
    return key(place.body(where, name, procedure.procedure))


def _bodies(place: Place, procedure: Procedure, name: str, spec: FieldSpec) -> list[str]:
    """Give several bodies: units to look at, teams to work with, partners to ask."""
    units = place.institution.units[place.team]
    if spec.part == "member":
        posts = {role.post or one for one, role in procedure.roles.items() if role.at == "member"}
        codes = [PARTNER_OF["locality"]] if "partner_contact" in posts else []
        codes += place.sisters(1) if posts - {"partner_contact"} else []
    elif "team" in name:
        teams = place.institution.teams
        codes = place.dice.sample(teams, min(len(teams), place.dice.randint(2, 4)))
    else:
        codes = place.dice.sample(units, min(len(units), place.dice.randint(1, 3)))
    return [place.institution.key(code) for code in sorted(codes)]


def _person(place: Place, procedure: Procedure, name: str) -> str:
    if f"{procedure.procedure}.{name}" in OF_THE_TEAM:
        return place.institution.holder(place.team, "officer", 3).key
    return place.somebody().key


def _code(place: Place, name: str, spec: FieldSpec, state: State, today: date) -> str | None:
    if name == "excused":
        left = [ref for ref, status in state.children.items() if status == "open"]
        return left[-1] if left else None
    if name in ("matter_number", "matter_ref", "clue_number", "joint_case", "recurs", "earlier"):
        return place.dice.choice(place.refs) if place.refs else f"信〔{today.year}〕101"
    return f"信〔{today.year}〕{place.dice.randint(100, 999)}"


def _lines(place: Place, value: object, shift: timedelta) -> object:
    """Move the days in a table of lines, and name the teams of this story."""
    if isinstance(value, list):
        return [{k: _cell(place, v, shift) for k, v in row.items()} for row in value]
    return _cell(place, value, shift)


def _cell(place: Place, value: object, shift: timedelta) -> object:
    if isinstance(value, date):
        return (value + shift).isoformat()
    moved = _DAY.sub(lambda day: (date.fromisoformat(day[0]) + shift).isoformat(), str(value))
    return _named(place, moved)


def _words(place: Place, procedure: Procedure, name: str, spec: FieldSpec, written: str) -> str:
    """Give words of this field: from the list, else those of the script."""
    choice = WORDS.get(f"{procedure.procedure}.{name}") or (
        WORDS.get(name) if spec.type == "longtext" or len(written) < 4 else None
    )
    if choice:
        words = place.dice.choice(choice)
    elif written in EMPTY:
        words = f"{spec.title.zh}：已按要求填写，材料随卷。" if spec.type == "longtext" else written
    else:
        words = written
    return _named(place, words)[: spec.max or None]


def _named(place: Place, words: str) -> str:
    """Let a number or a name in a script be one of this story."""
    if place.refs:
        words = _REF.sub(lambda _: place.dice.choice(place.refs), words)
    return words.replace("驻卫健委组", place.institution.bodies[place.team].name_zh)
