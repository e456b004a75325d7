"""From a declared field to a widget, and from a posted form back to raw input for the door.

Nothing is checked here: `rules.forms` is the only validator. Inputs are named `f.<field>`, and
`f.<field>[]` where several values may come, so that a field may have any name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest, QueryDict

from paizhu.casework.cards import ActionCard, FormColumn, FormField, MatterCard, Option
from paizhu.kernel.errors import Refused
from paizhu.kernel.text import Text
from paizhu.web import picking

PREFIX = "f."
#: One template per field type; the registry of types is closed.
TEMPLATES = {
    "text": "text",
    "longtext": "longtext",
    "number": "number",
    "money": "money",
    "date": "date",
    "choice": "choice",
    "choices": "choices",
    "yesno": "yesno",
    "person": "person",
    "organization": "organization",
    "organizations": "organizations",
    "lines": "lines",
    "files": "files",
    "code": "code",
}
MANY = frozenset({"choices", "organizations", "persons", "files"})
#: Empty rows a `lines` field offers beyond those entered.
SPARE_ROWS = 4
YES_NO = (Option("yes", Text("是", "Yes")), Option("no", Text("否", "No")))


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody typed and what was wrong with it, to draw the form again."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refusal: Refused | None = None

    @property
    def errors(self) -> Mapping[str, Text]:
        return getattr(self.refusal, "fields", {})


NOTHING_ENTERED = Entered()


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What somebody else wrote into a field while this form was being filled in."""

    shown: Text
    who: Text
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafting:
    """Where a form keeps what is typed, and what it shows of what was kept."""

    ref: str
    step: str
    saved_at: datetime | None = None
    #: Somebody acted on the matter since.
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class Widget:
    """One field as it is drawn: names for the browser, what was entered, what is wrong."""

    field: FormField
    name: str
    id: str
    values: Sequence[str]
    error: Text | None
    meanwhile: Meanwhile | None = None

    @property
    def template(self) -> str:
        return f"web/widgets/{TEMPLATES.get(self.field.type, 'persons')}.html"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def lines(self) -> str:
        return "\n".join(self.values)

    @property
    def options(self) -> tuple[Option, ...]:
        return self.field.options or (YES_NO if self.field.type == "yesno" else ())

    @property
    def when(self) -> str:
        """Say for the browser when the field is asked for, as JSON."""
        pairs = [[f"{PREFIX}{name}", list(values)] for name, values in self.field.shown_when]
        return json.dumps(pairs) if pairs else ""

    @property
    def grouped(self) -> bool:
        """Say whether the field is several inputs under one legend."""
        return self.field.type in ("yesno", "choices", "organizations", "persons", "lines")

    @property
    def wide(self) -> bool:
        """Say whether the field takes the whole width of the form."""
        return self.field.type in (
            "longtext", "choices", "organizations", "persons", "lines", "files", "text",
        )  # fmt: skip

    @property
    def rows(self) -> list[list[tuple[str, FormColumn, str]]]:
        """Give the rows of a `lines` field: input name, column, what was entered."""
        entered = [picking.sent(text) for text in self.values]
        blank: dict[str, str] = {}
        return [
            [(f"{self.name}[].{c.value}", c, str(row.get(c.value, ""))) for c in self.field.columns]
            for row in (*entered, *[blank] * SPARE_ROWS)
        ]

    @property
    def described_by(self) -> str:
        """Name the elements that explain the field to somebody who hears the page."""
        ids = [f"{self.id}-help"] if self.field.help else []
        return " ".join([*ids, f"{self.id}-error"] if self.error else ids)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page draws it: where it goes, what it asks, what follows from it."""

    key: str
    title: Text
    url: str
    widgets: tuple[Widget, ...]
    version: int | None
    submit: Text
    help: Text | None = None
    card: ActionCard | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    entered: Entered = NOTHING_ENTERED
    drafting: Drafting | None = None

    @property
    def sealed(self) -> str:
        """Name the fields that no draft keeps."""
        return " ".join(w.field.field for w in self.widgets if w.field.level == "identity")

    def beside(self, changed: Mapping[str, Meanwhile]) -> Form:
        """Give the same form with what others wrote into its fields meanwhile."""
        widgets = tuple(replace(w, meanwhile=changed.get(w.field.field)) for w in self.widgets)
        return replace(self, widgets=widgets)


def widgets(
    fields: Sequence[FormField], *, key: str, entered: Entered = NOTHING_ENTERED
) -> tuple[Widget, ...]:
    """Give the widgets of a form; `key` keeps ids apart when a page holds several forms."""
    return tuple(
        Widget(
            field=asked,
            name=PREFIX + asked.field + ("[]" if asked.type in MANY else ""),
            id=f"{key}-{asked.field}",
            values=entered.values.get(asked.field, ()),
            error=entered.errors.get(asked.field),
        )
        for asked in fields
    )


def posted(data: QueryDict) -> dict[str, list[str]]:
    """Give what was typed, by field, to draw it again."""
    plain = {
        name.removeprefix(PREFIX).removesuffix("[]"): data.getlist(name)
        for name in data
        if name.startswith(PREFIX) and "[]." not in name
    }
    rows = {
        name: [json.dumps(row, ensure_ascii=False) for row in table]
        for name, table in _rows(data).items()
    }
    return {**plain, **rows}


def _rows(data: QueryDict) -> dict[str, list[dict[str, str]]]:
    """Give the rows of each `lines` field that hold anything, column by column."""
    tables: dict[str, dict[str, list[str]]] = {}
    for name in data:
        field, is_column, column = name.removeprefix(PREFIX).partition("[].")
        if name.startswith(PREFIX) and is_column:
            tables.setdefault(field, {})[column] = data.getlist(name)
    return {
        field: [
            row
            for cells in zip(*columns.values(), strict=False)
            if any((row := dict(zip(columns, cells, strict=True))).values())
        ]
        for field, columns in tables.items()
    }


def raw(request: HttpRequest) -> dict[str, object]:
    """Give the raw input of a posted form as the door wants it; what is left empty is left out."""
    data = request.POST
    picked = picking.picks(data)
    found: dict[str, object] = {
        field: [{c: picked.key(f"{field}[].{c}", cell) for c, cell in row.items()} for row in rows]
        for field, rows in _rows(data).items()
        if rows
    }
    for name in data:
        if not name.startswith(PREFIX) or "[]." in name:
            continue
        several = name.endswith("[]")
        values = data.getlist(name)
        lines = [line for value in values for line in value.splitlines()] if several else values
        asked = name.removeprefix(PREFIX).removesuffix("[]")
        given = [picked.key(asked, line) for line in lines if line.strip()]
        if given:
            found[asked] = given if several else given[-1]
    return found


def version(request: HttpRequest) -> int:
    """Give the version of the matter that the page had shown; nonsense counts as an old one."""
    shown = request.POST.get("version", "")
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else -1


def action_form(
    action: ActionCard, *, url: str, version: int | None, entered: Entered = NOTHING_ENTERED
) -> Form:
    """Give the form of a declared action."""
    submit = Text("提请签批", "Propose") if action.approvals else action.title
    key = f"do-{action.action}"
    return Form(
        key=key,
        title=action.title,
        url=url,
        widgets=widgets(action.form, key=key, entered=entered),
        version=version,
        submit=submit,
        help=action.help,
        card=action,
        entered=entered,
    )


def _plain(name: str, title: Text, type: str, *, options: tuple[Option, ...] = ()) -> FormField:
    return FormField(
        field=name,
        title=title,
        help=None,
        type=type,
        required=True,
        options=options,
        max=4000 if type == "longtext" else None,
        min=None,
        level="normal",
    )


REASONS = _plain("reasons", Text("理由", "Reasons"), "longtext")
NOTE = _plain("text", Text("内容", "Text"), "longtext")
PERSON_NAME = Text("人员", "Person")
FIELD_NAME = Text("哪一项", "Which entry")
CORRECTED = _plain("value", Text("更正为", "It should read"), "longtext")


def proposal_form(
    verb: str, *, url: str, name: str, version: int, entered: Entered = NOTHING_ENTERED
) -> Form:
    """Give the form to return a proposal, or to withdraw one's own."""
    title, submit = {
        "give_back": (Text("退回并说明理由", "Return with reasons"), Text("退回", "Return")),
        "withdraw": (Text("撤回我的提请", "Withdraw my proposal"), Text("撤回", "Withdraw")),
    }[verb]
    key = f"{verb}-{name}"
    asked = widgets((REASONS,), key=key, entered=entered)
    return Form(key, title, url, asked, version, submit, entered=entered)


OUTCOMES: dict[str, tuple[Text, Text]] = {
    "dismiss_flag": (
        Text("不予询问并说明理由", "Leave it, with reasons"),
        Text("不予询问", "Leave it"),
    ),
    "explain_flag": (
        Text("答复已说明情况", "The answer explains it"),
        Text("认定已说明", "It is explained"),
    ),
    "confirm_flag": (
        Text("情况属实，需要改正", "It is so, and to be mended"),
        Text("认定属实", "It is so"),
    ),
    "merge_flag": (
        Text("并入相关的预警", "Put it to a related flag"),
        Text("并入", "Put together"),
    ),
    "uphold_flag": (
        Text("复看：同意不予询问", "Second look: rightly left"),
        Text("同意", "Rightly left"),
    ),
    "reopen_flag": (
        Text("复看：应当询问，重新打开", "Second look: it should be asked; open it again"),
        Text("重新打开", "Open again"),
    ),
}


def outcome_form(
    verb: str, *, url: str, into: Sequence[Option] = (), entered: Entered = NOTHING_ENTERED
) -> Form:
    """Give the form by which a person says what became of a flag; `into` are those to choose from."""
    title, submit = OUTCOMES[verb]
    which = _plain("into", Text("并入哪一条", "Which one"), "choice", options=tuple(into))
    asked = widgets((which, REASONS) if into else (REASONS,), key=verb, entered=entered)
    return Form(verb, title, url, asked, None, submit, entered=entered)


def standing_form(
    card: MatterCard, verb: str, *, url: str, role: str = "", entered: Entered = NOTHING_ENTERED
) -> Form | None:
    """Give the form of a standing verb, or None when it is not open to the reader."""
    if verb not in card.may:
        return None
    people = {name: (title, options) for name, title, options in card.candidates}
    role_title, options = people.get(role or verb, (Text("", ""), ()))
    entries = tuple(Option(entry.field, entry.title) for entry in card.fields)
    fields: dict[str, tuple[Text, Text, tuple[FormField, ...]]] = {
        "note": (Text("记录工作情况", "Write a note"), Text("记入", "Record"), (NOTE,)),
        "assign": (
            Text(f"确定{role_title.zh}", f"Assign: {role_title.en}"),
            Text("确定", "Assign"),
            (_plain("seats", PERSON_NAME, "persons", options=options),),
        ),
        "correct": (
            Text("更正填错的内容", "Correct what was entered wrongly"),
            Text("更正", "Correct"),
            (_plain("field", FIELD_NAME, "choice", options=entries), CORRECTED, REASONS),
        ),
        "recuse": (
            Text("回避", "Recuse somebody"),
            Text("登记回避", "Record the recusal"),
            (_plain("person", PERSON_NAME, "choice", options=options), REASONS),
        ),
        "lift_recusal": (
            Text("撤销同名误列的回避", "Lift a recusal that hit a namesake"),
            Text("撤销回避", "Lift the recusal"),
            (_plain("person", PERSON_NAME, "choice", options=options), REASONS),
        ),
        "substitute": (
            Text(f"指定代行{role_title.zh}", f"Appoint a substitute: {role_title.en}"),
            Text("指定", "Appoint"),
            (_plain("person", PERSON_NAME, "choice", options=options), REASONS),
        ),
    }
    title, submit, asked = fields[verb]
    key = f"{verb}-{role}" if role else verb
    return Form(
        key=key,
        title=title,
        url=url,
        widgets=widgets(asked, key=key, entered=entered),
        version=card.version,
        submit=submit,
        hidden=(("role", role),) if role else (),
        entered=entered,
    )
