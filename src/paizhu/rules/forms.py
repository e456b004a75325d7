"""Read raw input by the declared fields. The only validator; every outlet comes through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.conditions import Value, holds
from paizhu.rules.fieldtypes import TYPES, is_empty
from paizhu.rules.mistakes import nearest
from paizhu.rules.spec import FieldSpec

_REQUIRED = Text("请填写。", "This must be answered.")


def read(
    fields: Mapping[str, FieldSpec],
    names: Sequence[str],
    raw: Mapping[str, object],
    *,
    known: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """Give the values of the fields in `names`, or raise Invalid with the reason for each field.

    A field is asked for while its `when` holds for what is known and entered; otherwise its input
    is dropped. An answer left empty is None when it takes back what was known, else left out.
    """
    known = known or {}
    entered: dict[str, Value] = {}
    errors = _strangers(names, raw)
    for name in names:
        if not is_empty(raw.get(name)):
            try:
                entered[name] = TYPES[fields[name].type].read(raw[name], fields[name])
            except Invalid as invalid:
                errors[name] = invalid.say
    asked = _asked(fields, names, entered, known)
    for name in asked:
        if name not in entered and name not in errors:
            if fields[name].required:
                errors[name] = _REQUIRED
            elif known.get(name) is not None:
                entered[name] = None
    places = [*asked, *(name for name in errors if name not in names)]
    errors = {name: errors[name] for name in places if name in errors}
    if errors:
        raise Invalid(_summary(fields, errors), fields=errors)
    return {name: entered[name] for name in asked if name in entered}


def asked_now(
    fields: Mapping[str, FieldSpec], names: Sequence[str], values: Mapping[str, Value]
) -> list[str]:
    """Give the fields of a form that are asked for while `values` are what is known."""
    return [name for name in names if holds(fields[name].when, values)]


def _asked(
    fields: Mapping[str, FieldSpec],
    names: Sequence[str],
    entered: Mapping[str, Value],
    known: Mapping[str, Value],
) -> list[str]:
    """Drop fields whose condition fails until none is left whose condition rested on one dropped.

    A field of the form counts with what is entered now, never with what was known before.
    """
    before = {name: value for name, value in known.items() if name not in names}
    asked = list(names)
    while True:
        answers = before | {name: entered[name] for name in asked if name in entered}
        left = asked_now(fields, asked, answers)
        if left == asked:
            return asked
        asked = left


def _strangers(names: Sequence[str], raw: Mapping[str, object]) -> dict[str, Text]:
    allowed = ", ".join(names)
    errors: dict[str, Text] = {}
    for key in raw:
        if key not in names:
            near = nearest(str(key), names)
            errors[str(key)] = Text(
                f"此表单没有“{key}”这一项"
                + (f"，是否想写“{near}”？" if near else "。")
                + f"可填：{allowed or '（无）'}。",
                f"This form has no field “{key}”"
                + (f"; did you mean “{near}”?" if near else ".")
                + f" It asks for: {allowed or 'nothing'}.",
            )
    return errors


def _summary(fields: Mapping[str, FieldSpec], errors: Mapping[str, Text]) -> Text:
    """Name the places in one sentence, for outlets that cannot mark a field."""
    titles = [fields[name].title if name in fields else Text(name, name) for name in errors]
    return Text(
        f"有 {len(errors)} 处需要更正，尚未保存：" + "、".join(title.zh for title in titles) + "。",
        f"{len(errors)} to mend, nothing was stored: " + ", ".join(t.en for t in titles) + ".",
    )
