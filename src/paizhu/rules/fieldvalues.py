"""How the values of each field type are read, shown and described.

Full-width digits and Chinese dates are read as people write them; what cannot be read is refused
with what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from paizhu.kernel import days, money
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text, Word
from paizhu.rules.conditions import Value
from paizhu.rules.spec import FieldSpec

#: The longest text of a type when the field sets no `max`.
LONGEST: Final = {
    "text": 500, "longtext": 20_000, "code": 64,
    "person": 200, "organization": 200, "organizations": 200, "files": 200,
}  # fmt: skip
_DAY: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})")
_YES_NO: Final = {
    "true": True, "yes": True, "y": True, "1": True, "是": True,
    "false": False, "no": False, "n": False, "0": False, "否": False,
}  # fmt: skip


def is_empty(raw: object) -> bool:
    """Say whether nothing was answered; `false` and 0 are answers."""
    if isinstance(raw, str):
        return not raw.strip()
    if isinstance(raw, list | tuple):
        return all(is_empty(item) for item in raw)
    return raw is None


# --- text ---------------------------------------------------------------------------------------


def read_words(raw: object, spec: FieldSpec) -> str:
    """Read text of several lines."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal | date):
        raise Invalid(Text("请填写文字。", "Write words here."))
    words = unicodedata.normalize("NFC", _shown(raw) if isinstance(raw, int) else str(raw)).strip()
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    bad = next(
        (c for c in words if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"), ""
    )
    if bad:
        raise Invalid(
            Text(
                f"含有不可见字符（U+{ord(bad):04X}）。请删去后重填。",
                f"It holds an invisible character (U+{ord(bad):04X}). Delete it.",
            )
        )
    _check_length(words, spec)
    return words


def _check_length(words: str, spec: FieldSpec) -> None:
    longest, shortest = spec.max or LONGEST[spec.type], spec.min or 0
    if len(words) > longest:
        raise Invalid(
            Text(
                f"现有 {len(words)} 字，最多 {longest} 字。请精简。",
                f"It has {len(words)} characters; at most {longest} are allowed. Shorten it.",
            )
        )
    if len(words) < shortest:
        raise Invalid(
            Text(
                f"现有 {len(words)} 字，至少 {shortest} 字。请写得更具体。",
                f"It has {len(words)} {Word(len(words)):character|characters}; at least {shortest} are needed. Say more.",
            )
        )


def read_line(raw: object, spec: FieldSpec) -> str:
    """Read text of one line."""
    return read_words(" ".join(raw.split()) if isinstance(raw, str) else raw, spec)


def read_code(raw: object, spec: FieldSpec) -> str:
    """A number on a paper: full-width signs become plain ones."""
    return read_line(unicodedata.normalize("NFKC", raw) if isinstance(raw, str) else raw, spec)


def say_words(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show it as it is."""
    return "" if value is None else str(value)


def words_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe a text."""
    longest = spec.max or LONGEST[spec.type]
    return {"type": "string", "minLength": spec.min or 1, "maxLength": longest}


# --- numbers and days ---------------------------------------------------------------------------


def read_number(raw: object, spec: FieldSpec) -> int:
    """Read a whole number."""
    if isinstance(raw, float | Decimal) and f"{raw:f}".rstrip("0").endswith("."):
        raw = int(raw)
    words = _folded(raw)
    if not _NUMBER.fullmatch(words):
        raise Invalid(
            Text(
                f"“{_shown(raw)}”不是整数。请填如 12。",
                f"“{_shown(raw)}” is no whole number. Write 12.",
            )
        )
    number = int(words.replace(",", ""))
    _check_bounds(Decimal(number), spec)
    return number


def read_money(raw: object, spec: FieldSpec) -> str:
    """Read an exact amount."""
    amount = money.parse(raw)
    _check_bounds(amount, spec)
    return money.as_text(amount)


def _check_bounds(number: Decimal, spec: FieldSpec) -> None:
    if spec.max is not None and number > spec.max:
        raise Invalid(Text(f"不得大于 {spec.max}。", f"It may not be above {spec.max}."))
    if spec.min is not None and number < spec.min:
        raise Invalid(Text(f"不得小于 {spec.min}。", f"It may not be below {spec.min}."))


def say_number(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show with separators."""
    return f"{value:,}" if isinstance(value, int) else ""


def say_money(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show with separators."""
    return money.say(Decimal(value)) if isinstance(value, str) else ""


def number_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe a whole number."""
    bounds = {"minimum": spec.min, "maximum": spec.max}
    return {"type": "integer"} | {key: at for key, at in bounds.items() if at is not None}


def money_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe an amount."""
    return {"type": "string", "pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,2})?$"}


def read_date(raw: object, spec: FieldSpec) -> str:
    """Read a day in any of the usual forms."""
    if isinstance(raw, datetime) and raw.time() == time():
        return raw.date().isoformat()
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    found = _DAY.fullmatch(_folded(raw).replace(" ", ""))
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError:
        shown = _shown(raw)
        raise Invalid(
            Text(
                f"“{shown}”不是日期。请填如 2026-01-05 或 2026年1月5日。",
                f"“{shown}” is not a date. Write it as 2026-01-05 or 2026年1月5日.",
            )
        ) from None


def say_date(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show a day as it is said."""
    if not isinstance(value, str):
        return ""
    return days.say(date.fromisoformat(value)).say(lang)


def date_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe a day."""
    return {"type": "string", "format": "date"}


def _shown(raw: object) -> str:
    """Quote what was entered, shortened; Python refuses to write out an enormous number."""
    return "…" if isinstance(raw, int) and abs(raw) >= 10**40 else str(raw)[:40]


def _folded(raw: object) -> str:
    """Give the plain form of full-width digits and signs; what is no text or number is nothing."""
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        return ""
    return unicodedata.normalize("NFKC", raw if isinstance(raw, str) else _shown(raw)).strip()


# --- choices ------------------------------------------------------------------------------------


def read_choice(raw: object, spec: FieldSpec) -> str:
    """Take the key of an option, or its title in either language, as a sheet holds it."""
    words = _folded(raw)
    for key, title in spec.options.items():
        if words in (key, _folded(title.zh), _folded(title.en)):
            return key
    allowed_zh = "、".join(f"{title.zh}（{key}）" for key, title in spec.options.items())
    allowed_en = ", ".join(f"{title.en} ({key})" for key, title in spec.options.items())
    raise Invalid(
        Text(
            f"“{_shown(raw)}”不在选项内。可选：{allowed_zh}。",
            f"“{_shown(raw)}” is not an option. Choose from {allowed_en}.",
        )
    )


def read_choices(raw: object, spec: FieldSpec) -> Value:
    """Keep the declared order, so that the same answer is the same value."""
    chosen = {read_choice(item, spec) for item in _items(raw)}
    values: list[Value] = [key for key in spec.options if key in chosen]
    return values


def _items(raw: object) -> list[object]:
    if isinstance(raw, str):
        return [word for word in re.split(r"[、,，;；\n]", raw) if word.strip()]
    return [item for item in raw if not is_empty(item)] if isinstance(raw, list | tuple) else [raw]


def say_choice(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show the titles of what was chosen; an option that is gone by its key."""
    keys = value if isinstance(value, list) else [value]
    words = [
        spec.options[key].say(lang) if key in spec.options else key
        for key in keys
        if isinstance(key, str)
    ]
    return Text("、", ", ").say(lang).join(words)


def choice_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe a choice."""
    return {"type": "string", "enum": list(spec.options)}


def choices_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe several choices."""
    items = choice_schema(spec)
    return {"type": "array", "items": items, "uniqueItems": True, "minItems": 1}


def read_yesno(raw: object, spec: FieldSpec) -> bool:
    """Read yes or no in either language."""
    answer = raw if isinstance(raw, bool) else _YES_NO.get(_folded(raw).lower())
    if answer is None:
        raise Invalid(Text("请选“是”或“否”。", "Choose yes or no."))
    return answer


def say_yesno(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show yes or no."""
    return (
        Text("是" if value else "否", "Yes" if value else "No").say(lang)
        if value is not None
        else ""
    )


def yesno_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe yes or no."""
    return {"type": "boolean"}


# --- files --------------------------------------------------------------------------------------


def read_files(raw: object, spec: FieldSpec) -> Value:
    """Take the digests or names under which exhibits were attached."""
    items = raw if isinstance(raw, list | tuple) else [raw]
    names: list[Value] = [read_line(item, spec) for item in items if not is_empty(item)]
    return names


def say_files(value: Value, spec: FieldSpec, lang: str) -> str:
    """Show names in a row."""
    return Text("、", ", ").say(lang).join(str(n) for n in value) if isinstance(value, list) else ""


def files_schema(spec: FieldSpec) -> dict[str, Any]:
    """Describe a list of names."""
    return {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}


def read_organizations(raw: object, spec: FieldSpec) -> Value:
    """Take several bodies; one named twice counts once."""
    names: list[Value] = [*dict.fromkeys(read_line(item, spec) for item in _items(raw))]
    return names
